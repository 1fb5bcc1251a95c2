"""What doors show: typed, without a session, the same for the screen, a page and `--json`."""
