"""The browser's side: no-build ES modules, shipped in the wheel as they are in git."""
