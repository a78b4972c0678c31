"""What publishers and subscribers agree on."""

import json

from turns_web.core.outbox import Event

CHANNEL = "turns:live"

# Ids of outbox rows whose events were told: the relay takes them from here and marks the rows, many at a time, so that
# no web process writes to the database after each commit.
TOLD = "turns:live:told"
# Beyond these nobody takes them; what is forgotten is told twice.
MOST_TOLD = 50_000


def packed(event: Event) -> str:
    return json.dumps(event, separators=(",", ":"))


def unpacked(text: str | bytes) -> Event:
    return json.loads(text)
