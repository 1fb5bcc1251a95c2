"""What goes out of the flex route."""
