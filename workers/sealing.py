"""Sealing the audit."""

from __future__ import annotations

import structlog

from turns_web.audit.proof.sealing import seal
from turns_web.config import load_settings

log = structlog.get_logger(__name__)


def seal_new() -> None:
    if rows := seal(load_settings().turns_home):
        log.info("the audit was sealed", rows=rows)
