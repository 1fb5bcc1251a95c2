"""What one process does when another announces something."""
