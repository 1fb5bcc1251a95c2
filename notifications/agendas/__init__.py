"""Agendas and invitations, of whatever meeting."""
