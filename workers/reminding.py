"""What is told because time went by: reminders, and the morning's digest."""

from __future__ import annotations

import time

import structlog

from turns_web.config import load_settings
from turns_web.core.clock import now
from turns_web.core.db import write
from turns_web.core.identity import system_identity
from turns_web.notifications import digest, reminders
from turns_web.settings.queries import today, zone
from workers.relay import stir

log = structlog.get_logger(__name__)


def remind() -> None:
    with write(system_identity(), context="reminders") as session:
        told = reminders.remind(session, today(session, time.monotonic()))
    if told:
        log.info("people were reminded", people=len(told))
        stir(told)


def send_digests() -> None:
    with write(system_identity(), context="digest") as session:
        portfolio_zone = zone.name(session, time.monotonic())
        sent = digest.send_due(session, now(), portfolio_zone, load_settings().public_address)
    if sent:
        log.info("digests were queued", mails=sent)
