"""Plays scenarios: case stories with dates, acts and what must be true after them."""
