"""Region files to begin with or to move a region."""
