"""What happens, in the document's order."""
