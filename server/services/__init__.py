"""One function is one act, inside the caller's transaction."""
