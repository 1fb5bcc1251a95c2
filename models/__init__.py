"""What is stored: tables, engine and session, migrations."""
