"""The client list of a provider that stops, by command."""
