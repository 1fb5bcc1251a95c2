"""The flex route in code: document F, version 1.1."""
