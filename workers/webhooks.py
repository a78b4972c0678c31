"""Sending what is due to webhooks: to each address one after another, to several at once.

In threads of the keeper, not as jobs of RQ: an import of minutes would hold up every delivery, and an address that
hangs every job.
"""

from __future__ import annotations

import threading
import time
from functools import cache
from uuid import UUID

import structlog

from turns_web.config import load_settings
from turns_web.core.db import read, write
from turns_web.core.identity import system_identity
from turns_web.webhooks import deliveries
from turns_web.webhooks.message import message
from turns_web.webhooks.sending import post

log = structlog.get_logger(__name__)

_MOST_AT_ONCE = 8


class Sender:
    def __init__(self) -> None:
        self._at: set[UUID] = set()

    def send_due(self) -> None:
        """Begin with every webhook that something is due for and nobody is at."""
        with read(system_identity()) as session:
            due = deliveries.due(session)
        for webhook_id in due:
            if webhook_id not in self._at and len(self._at) < _MOST_AT_ONCE:
                self._at.add(webhook_id)
                # It dies with the process: what it was at is made again when its lease ends.
                threading.Thread(target=self._send_all, args=[webhook_id], daemon=True).start()

    def _send_all(self, webhook_id: UUID) -> None:
        try:
            while send_next(webhook_id):
                pass
        except Exception:  # the database may be away for a moment: what is due stays due
            log.exception("deliveries were broken off", webhook=str(webhook_id))
        finally:
            self._at.discard(webhook_id)


def send_next(webhook_id: UUID) -> bool:
    """Make the oldest attempt that is due there; whether there was one."""
    with write(system_identity(), context="webhooks") as session:
        delivery = deliveries.take(session, webhook_id)
    if delivery is None:
        return False
    headers, body = message(delivery, int(time.time()))
    outcome = post(delivery.url, headers, body, allow_private=_allow_private())
    with write(system_identity(), context="webhooks") as session:
        why_off = deliveries.settle(session, delivery, outcome)
    if why_off:
        log.error("a webhook was switched off", webhook=str(webhook_id), reason=why_off)
    elif outcome.error:
        log.warning("a webhook failed", webhook=str(webhook_id), attempts=delivery.attempts, error=outcome.error)
    return True


@cache
def _allow_private() -> bool:
    return load_settings().webhook_allow_private
