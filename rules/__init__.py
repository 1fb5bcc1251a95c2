"""The documents in code: pure functions and frozen facts; each cites its requirement."""
