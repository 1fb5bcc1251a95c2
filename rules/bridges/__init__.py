"""Rules in which two processes meet."""
