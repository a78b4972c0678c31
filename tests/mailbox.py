"""A real mail server on this machine, and what arrived there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from turns_web.embedded import ports

TAKEN = "250 OK"


@dataclass
class Mailbox:
    """arrived: with their recipients. answers: what the server says to RCPT and at the end of DATA, by recipient."""

    url: str = ""
    arrived: list[tuple[str, EmailMessage]] = field(default_factory=list)
    to_recipient: dict[str, str] = field(default_factory=dict)
    to_mail: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    on_mail: Callable[[], None] | None = None

    @property
    def recipients(self) -> list[str]:
        return [to for to, _ in self.arrived]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.to_recipient.get(address, TAKEN)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        to = envelope.rcpt_tos[0]
        answer = self.to_mail.get(to, TAKEN)
        if answer == TAKEN:
            self.arrived.append((to, message_from_bytes(envelope.content, policy=policy.default)))
        if self.on_mail:
            self.on_mail()
        return answer

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        self.lines += 1
        session.host_name = hostname
        return responses


@contextmanager
def receiving_mail(port: int | None = None) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port or ports.choose(None))
    controller.start()
    mailbox.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield mailbox
    finally:
        controller.stop()
