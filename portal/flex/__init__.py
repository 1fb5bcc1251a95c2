"""Pages that only the flex route has."""
