"""Cases and meetings of the flex route."""
