"""Sealing the audit, in a thread of the keeper: after a large load it takes minutes, and no event waits for it."""

from __future__ import annotations

import threading

import structlog

from turns_web.audit.proof.sealing import seal
from turns_web.config import load_settings

log = structlog.get_logger(__name__)


class Sealer:
    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def seal_new(self) -> None:
        """Begin, unless the last round is still at it."""
        if self._thread is None or not self._thread.is_alive():
            # It dies with the process: what it was at is sealed by the next.
            self._thread = threading.Thread(target=self._seal, daemon=True)
            self._thread.start()

    def _seal(self) -> None:
        try:
            rows = seal(load_settings().turns_home)
            if rows:
                log.info("the audit was sealed", rows=rows)
        except Exception:  # the database may be away for a moment: what is not sealed is found the next time
            log.exception("the audit was not sealed")
