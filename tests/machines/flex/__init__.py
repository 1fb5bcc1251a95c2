"""The parts of the machine that tries to break the gates of the flex route."""
