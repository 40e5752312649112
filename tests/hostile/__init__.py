"""Files that nobody sends by accident, made in code, and a real service that they are sent to."""
