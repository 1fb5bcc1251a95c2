"""What one process may read of another."""
