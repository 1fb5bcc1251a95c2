"""The command line, the scenario player, the demo."""
