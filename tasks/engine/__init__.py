"""What every step needs: a task of Prefect, batches, deadlines, agendas."""
