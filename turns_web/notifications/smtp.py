"""One line to a mail server, over which many mails go.

A mail is handed over in two steps: all of it but the dot that ends it, and then the dot. Between them its row is
marked, so that whoever is cut off before has certainly not sent it, and only who is cut off within the dot's own way
cannot know.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

_WHOLE_S = 20
# Any server takes it: none has to know 8BITMIME.
_POLICY = SMTP.clone(cte_type="7bit")
_DOT = re.compile(rb"(?m)^\.")


class NoServer(Exception):
    """Nobody answers there, or the sign-in is refused: no fault of any mail."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a mail. error: empty where it was taken. is_final: trying again is of no use.
    is_doubted: the line broke while the server was about to say."""

    error: str = ""
    is_final: bool = False
    is_doubted: bool = False


def message(id: str, sender: str, payload: dict[str, str], address: str) -> EmailMessage:
    """The mail of a row. Its Message-ID is the row's, whenever and however often it is tried.

    Raises ValueError where it cannot be written, or its address is none that a server is told.
    """
    if not (parseaddr(payload["to"])[1].isascii() and "@" in payload["to"]):
        raise ValueError(f"{payload['to']} is no address")
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = payload["subject"], sender, payload["to"]
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = f"<{id}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    if "user_id" in payload:
        mail["List-Unsubscribe"] = f"<{address}/account#notices>"
    mail.set_content(payload["text"])
    mail.add_alternative(payload["html"], subtype="html")
    mail.as_bytes(policy=_POLICY)  # what does not fit is said now, before a server waits for it
    return mail


class Line:
    """url: smtp://user:password@host:port?starttls, or smtps://…"""

    def __init__(self, url: str):
        self._url = urlsplit(url)
        self._smtp: smtplib.SMTP | None = None

    def hand_over(self, mail: EmailMessage, ends: Callable[[], None]) -> Answer:
        """ends: called before the last step; where it raises, nothing was sent. Raises NoServer."""
        refused = self._begin(mail)
        if refused is not None:
            return refused
        smtp = self._smtp
        assert smtp is not None  # noqa: S101 # just begun over it
        try:
            smtp.send(_DOT.sub(b"..", mail.as_bytes(policy=_POLICY)))
        except (OSError, smtplib.SMTPException) as broken:
            self.close()
            raise NoServer(f"the line broke ({_words(broken)})") from broken
        try:
            ends()
        except BaseException:
            self.close()
            raise
        try:
            smtp.send(b".\r\n")
            return self._answered(*smtp.getreply())
        except (OSError, smtplib.SMTPException) as broken:
            self.close()
            return Answer(
                f"the line broke before the server said whether it took it ({_words(broken)})", is_doubted=True
            )

    def _begin(self, mail: EmailMessage) -> Answer | None:
        """Up to where the server waits for the mail itself; what it answers where it does not want it."""
        for is_again in (False, True):
            is_fresh = self._smtp is None
            smtp = self._open()
            try:
                return self._envelope(smtp, mail)
            except (OSError, smtplib.SMTPException) as broken:
                self.close()
                # A server lets go of a line after some mails, or some quiet: the next one takes a new line.
                if is_fresh or is_again:
                    raise NoServer(f"it broke off ({_words(broken)})") from broken
        return None

    def _envelope(self, smtp: smtplib.SMTP, mail: EmailMessage) -> Answer | None:
        steps = (
            lambda: smtp.mail(parseaddr(mail["From"])[1]),
            lambda: smtp.rcpt(parseaddr(mail["To"])[1]),
            lambda: smtp.docmd("DATA"),
        )
        for step in steps:
            code, said = step()
            if code == 421:
                raise smtplib.SMTPServerDisconnected("the server lets go of the line")
            if code >= 400:
                smtp.rset()
                return self._answered(code, said)
        return None

    def _answered(self, code: int, said: bytes) -> Answer:
        if code < 400:
            return Answer()
        return Answer(f"{code} {said.decode('utf-8', 'replace')[:300]}", is_final=code >= 500)

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connected()
            except (OSError, smtplib.SMTPException) as why:
                raise NoServer(f"the mail server could not be reached ({_words(why)})") from why
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port or 0
        secure = ssl.create_default_context()
        if self._url.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=_WHOLE_S, context=secure)
        else:
            smtp = smtplib.SMTP(host, port or 25, timeout=_WHOLE_S)
        if "starttls" in parse_qs(self._url.query, keep_blank_values=True):
            smtp.starttls(context=secure)
        # The dot goes out by itself, and must not wait until the rest is acknowledged.
        assert smtp.sock is not None  # noqa: S101 # it is connected
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo_or_helo_if_needed()
        if self._url.username:
            smtp.login(unquote(self._url.username), unquote(self._url.password or ""))
        return smtp

    def close(self) -> None:
        """At once: a mail that was begun is not ended by a polite goodbye."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _words(why: Exception) -> str:
    if isinstance(why, smtplib.SMTPResponseException):
        said = why.smtp_error
        return f"{why.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return getattr(why, "strerror", None) or str(why) or type(why).__name__
