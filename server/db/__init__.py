"""Tables, engine and time: the only code that knows SQL dialects."""
