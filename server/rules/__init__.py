"""Pure rules: standard library only, no I/O and no clock."""
