"""Webhooks: addresses of other programs that are told what happens, by Standard Webhooks 1.0.

A write names its events in its outbox row (`names`, "turn.approved"); the relay makes of each a row for every address
that asked for it (`fan_out`); a worker sends those (`deliveries`, `sending`), signed (`signing`), and only where the
address may be reached (`addresses`).
"""
