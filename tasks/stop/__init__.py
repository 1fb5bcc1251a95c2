"""The steps of the stop flow, one file per line: settle what was decided, write the letters."""
