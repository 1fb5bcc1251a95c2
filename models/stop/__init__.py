"""Dossiers of providers that stop, and the children in them."""
