"""What every process needs of the rules: region, calendar, values, roles, series, and what a process is."""
