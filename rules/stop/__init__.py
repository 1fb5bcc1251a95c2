"""A provider that stops in code: document S."""
