"""A person at one kept connection, as a browser holds it."""

from __future__ import annotations

import gzip
import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import brotli

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass(frozen=True, slots=True)
class Answer:
    """wire: bytes of the body as sent, and with its head."""

    status: int
    headers: dict[str, str]
    packed: bytes

    @property
    def text(self) -> str:
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(self.headers.get("content-encoding", ""), bytes)
        return unpack(self.packed).decode()

    @property
    def wire(self) -> int:
        return len(self.packed) + sum(len(name) + len(value) + 4 for name, value in self.headers.items())

    @property
    def statements(self) -> int:
        return int(re.search(r'sql;desc="(\d+)"', self.headers["server-timing"])[1])  # type: ignore[index]


class Client:
    def __init__(self, address: str, token: str = ""):
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.cookies = {"turns_session": token} if token else {}
        self.csrf = ""

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        body = urlencode(fields).encode()
        told = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": self.csrf} | headers
        return self.ask("POST", path, body, told)

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(
            method, path, body, {"Accept-Encoding": "gzip, deflate, br", "Cookie": cookies, **headers}
        )
        got = self._connection.getresponse()
        answer = Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        for header in got.msg.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def must(self, path: str) -> Answer:
        """A page that must be there; nothing is unpacked, so that what is timed is the server."""
        answer = self.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return answer

    def page(self, path: str) -> Answer:
        """The same; its CSRF token is kept for what is posted next."""
        answer = self.must(path)
        token = re.search(r'name="csrf-token" content="([^"]*)"', answer.text)
        self.csrf = token[1] if token else self.csrf
        return answer
