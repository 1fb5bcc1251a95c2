"""Who is who in the region of the scenarios, for tests about a provider that stops."""

from __future__ import annotations

STOPPER, RECEIVER, ADMINISTRATION = "zonnewende", "bosrand", "beheer"
ACCESS, ACCESS_THERE = "toegang-rotterdam", "toegang-schiedam"
HERE, THERE = "0599", "0606"  # their municipalities
MEDIATORS = ("tz-anna", "tz-bram")
