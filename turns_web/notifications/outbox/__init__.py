"""The outbox of mail, as administrators read it."""
