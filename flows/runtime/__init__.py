"""How flows run: jobs, a local Prefect server, and runs that it follows."""
