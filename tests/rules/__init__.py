"""Tests of the rules: by example, with the dates of the public sources, and by property."""
