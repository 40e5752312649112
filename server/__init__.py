"""Everything but tensors: HTTP, rules, database and storage. Starts without torch."""

__version__ = "0.1.0"
