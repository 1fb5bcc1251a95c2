"""The region in the database, and another one that comes in."""
