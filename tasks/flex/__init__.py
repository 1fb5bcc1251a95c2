"""The steps of the flex route, a file for each."""
