"""Real servers for the tests, from wheels: nothing has to be installed or running."""
