"""What happens outside a request: jobs of the queue, the relay of the outbox, housekeeping."""
