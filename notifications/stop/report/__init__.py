"""A dossier of a provider that stops, in words and drawings: for the screen, the page of the consultation, and the spreadsheet."""
