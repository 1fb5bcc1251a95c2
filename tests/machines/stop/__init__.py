"""The state machine that tries to break the gates of a dossier, by subject."""
