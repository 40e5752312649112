"""Dataset formats: import and export side by side, one module each."""
