"""The steps that the flows are made of."""
