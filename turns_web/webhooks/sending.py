"""One POST to an address that somebody else chose: to the machine that was looked at, within a time, following nothing.

Of the answer only its status is read. Looking up the name is not counted: the resolver has a time of its own, and
cannot be cut off.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from turns_web.webhooks.addresses import Address, Unreachable, resolve

CONNECT_S = 5
# From the beginning to connect to the last byte: a receiver that drips its answer is cut off too.
WHOLE_S = 10

GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """status: of the answer, None where there was none. error: why this was no delivery, empty where it was one."""

    status: int | None
    error: str = ""


def post(url: str, headers: Mapping[str, str], body: bytes, *, allow_private: bool) -> Outcome:
    parts = urlsplit(url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = _Pinned(host, port, resolve(host, port, allow_private=allow_private), is_secure=is_secure)
        return _outcome(_exchange(connection, target, headers, body))
    except Unreachable as why:
        return Outcome(None, str(why))
    except ssl.SSLCertVerificationError:
        return Outcome(None, "its certificate is not to be trusted")
    except ssl.SSLError:
        return Outcome(None, "it does not speak TLS as it should")
    except TimeoutError:
        return Outcome(None, f"it did not answer within {WHOLE_S} seconds")
    except OSError as broken:
        return Outcome(None, f"it could not be reached ({broken.strerror or 'it broke off'})")
    except http.client.HTTPException:
        return Outcome(None, "its answer is no HTTP")


def _exchange(connection: _Pinned, target: str, headers: Mapping[str, str], body: bytes) -> int:
    """The status of the answer. Raises TimeoutError where all of it took longer than allowed."""
    cut_off = Timer(WHOLE_S, connection.cut_off)
    cut_off.daemon = True
    cut_off.start()
    try:
        connection.connect()
        connection.request("POST", target, body, dict(headers))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        if connection.is_cut_off:
            raise TimeoutError from None
        raise
    finally:
        cut_off.cancel()
        connection.close()
    if connection.is_cut_off:
        # What was cut off in its headers still reads as an answer.
        raise TimeoutError
    return status


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome(status)
    if 300 <= status < 400:
        return Outcome(status, f"it answered {status}, and redirects are not followed")
    return Outcome(status, f"it answered {status}")


class _Pinned(http.client.HTTPConnection):
    """A connection to these very addresses, whatever the name leads to by now."""

    def __init__(self, host: str, port: int, addresses: list[Address], *, is_secure: bool):
        super().__init__(host, port)
        # The port that goes without saying in the Host header; http.client's own is 80 for either.
        self.default_port = 443 if is_secure else 80
        self._addresses, self._is_secure = addresses, is_secure
        self.is_cut_off = False

    def connect(self) -> None:
        self.sock = self._reached()
        self._end_if_cut_off()
        self.sock.settimeout(WHOLE_S)
        if self._is_secure:
            # The handshake comes afterwards, so that it can be cut off as well.
            secure = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock = secure
            self._end_if_cut_off()
            secure.do_handshake()

    def _reached(self) -> socket.socket:
        """The first of the addresses that answers: a name may have an IPv6 one beyond our network's reach."""
        refused: OSError = ConnectionError()
        for address in self._addresses:
            if self.is_cut_off:
                break
            try:
                return socket.create_connection((str(address), self.port), CONNECT_S)
            except OSError as why:
                refused = why
        raise refused

    def _end_if_cut_off(self) -> None:
        """Whoever was cut off before there was this socket would have woken nobody."""
        if self.is_cut_off:
            raise TimeoutError

    def cut_off(self) -> None:
        """Wake whoever reads from it. Called in another thread."""
        self.is_cut_off = True
        if self.sock is not None:
            with suppress(OSError):
                # The plain socket's own: TLS would say goodbye first, and wait for the answer.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
