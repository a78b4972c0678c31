"""A delivery as it goes over the wire, by Standard Webhooks."""

from __future__ import annotations

import json

from turns_web.webhooks.deliveries import Delivery
from turns_web.webhooks.signing import signature


def message(delivery: Delivery, timestamp: int) -> tuple[dict[str, str], bytes]:
    """(headers, body). timestamp: of this attempt, in seconds; receivers refuse one that is long past."""
    body = json.dumps(delivery.body, separators=(",", ":")).encode()
    id = str(delivery.id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Turns-Webhooks/1",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(delivery.secret, id, timestamp, body),
    }
    return headers, body
