"""What everything may use: settings, clock, errors, log."""
