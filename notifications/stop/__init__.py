"""What goes out about a provider that stops."""
