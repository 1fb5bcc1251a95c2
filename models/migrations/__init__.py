"""Migrations of the case database (Alembic)."""
