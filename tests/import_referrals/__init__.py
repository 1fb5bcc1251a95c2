"""Referrals, from a file."""
