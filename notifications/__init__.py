"""What goes out: letters, agendas, the outbox and its transports."""
