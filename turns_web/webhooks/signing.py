"""Signatures of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, with a secret that the receiver has too."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_MARK = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    return _MARK + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """What the header `webhook-signature` says; a receiver that knows no newer version knows `v1`."""
    key = base64.b64decode(secret.removeprefix(_MARK))
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
