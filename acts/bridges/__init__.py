"""Acts in which two processes meet."""
