"""The client list of a provider that stops, from a file."""
