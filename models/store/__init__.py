"""What is stored for every process: database and locks, decisions, letters, youth, jobs."""
