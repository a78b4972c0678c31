"""Mail: written once nothing more of its act comes, and sent over one line, in a thread of the keeper."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import structlog

from turns_web.config import Settings, load_settings
from turns_web.core.db import write
from turns_web.core.identity import system_identity
from turns_web.notifications import drafts, post
from turns_web.notifications.smtp import Answer, Line, NoServer, message

log = structlog.get_logger(__name__)

_LONGEST_PAUSE_S = 60.0


def compose() -> None:
    """Also without a mail server: an administrator reads it in the outbox."""
    composed = 1
    while composed:
        with write(system_identity(), context="mail") as session:
            composed = drafts.compose(session, _settings().public_address)


class Postman:
    """One thread at a time, while something is due. A server that is away is asked again after growing pauses."""

    def __init__(self, settings: Callable[[], Settings] | None = None) -> None:
        self._settings = settings or _settings
        self._thread: threading.Thread | None = None
        self._resume_at = 0.0
        self._pause_s = 0.0

    def send_due(self) -> None:
        if not self._settings().smtp_url:
            return
        with write(system_identity(), context="mail") as session:
            if left := post.doubt_left(session):
                log.error("mails are doubted: a worker stopped while it sent them", mails=left)
        is_at_it = self._thread is not None and self._thread.is_alive()
        if not is_at_it and time.monotonic() >= self._resume_at:
            # It dies with the process: what it was at is settled when its lease ends.
            self._thread = threading.Thread(target=self._work, name="postman", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        try:
            self.send_all()
        except Exception:  # the database may be away for a moment: what is due stays due
            log.exception("sending mail was broken off")

    def send_all(self) -> None:
        """Send what is due; returns when nothing more is, or nobody takes it."""
        line = Line(self._settings().smtp_url or "")
        try:
            with write(system_identity(), context="mail") as session:
                mail = post.take(session)
            while mail is not None:
                mail = self._send(line, mail)
        finally:
            line.close()

    def _send(self, line: Line, mail: post.Mail) -> post.Mail | None:
        """Send one; the next."""
        try:
            answer = self._hand_over(line, mail)
        except NoServer as why:
            self._pause_s = min(max(1.0, self._pause_s * 2), _LONGEST_PAUSE_S)
            self._resume_at = time.monotonic() + self._pause_s
            log.warning("mail waits", error=str(why), pause_s=self._pause_s)
            with write(system_identity(), context="mail") as session:
                post.put_back(session, mail, str(why), timedelta(seconds=self._pause_s))
            return None
        except post.Lost:
            answer = None
        self._pause_s = 0.0
        if answer is not None and answer.error:
            # Why, the row tells: a server's answer names the address.
            log.warning("a mail was not taken", mail=str(mail.id), attempts=mail.attempts, is_final=answer.is_final)
        with write(system_identity(), context="mail") as session:
            if answer is not None:
                post.settle(session, mail, answer)
            return post.take(session)

    def _hand_over(self, line: Line, mail: post.Mail) -> Answer:
        settings = self._settings()

        def ends() -> None:
            with write(system_identity(), context="mail") as session:
                post.sending(session, mail)

        try:
            written = message(str(mail.id), settings.mail_from, mail.payload, settings.public_address)
        except (ValueError, KeyError) as unfit:
            return Answer(f"it cannot be written ({unfit})", is_final=True)
        return line.hand_over(written, ends)


@cache
def _settings() -> Settings:
    return load_settings()
