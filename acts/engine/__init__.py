"""One act engine: what an act is, how it is checked, how it is recorded."""
