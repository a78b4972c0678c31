"""The event of a move, at a hundred open streams."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from bench.figures import Figure, percentile
from bench.ground import Ground
from bench.moves import Card, movable

STREAMS = 100
MOVES = 60
APART_S = 0.15


def run(ground: Ground) -> Iterator[Figure]:
    token = ground.sign_in(ground.administrator)
    [card] = movable(ground, 1)
    first, last, missed = asyncio.run(_measure(ground.product, token, card))
    yield Figure(f"first of {STREAMS} streams after the mover's answer (p95)", percentile(first, 0.95), 25)
    yield Figure(f"all of {STREAMS} streams after the mover's answer (p95)", percentile(last, 0.95), 100)
    yield Figure(f"events missed of {STREAMS * MOVES:,}", missed, 0, "")


async def _measure(address: str, token: str, card: Card) -> tuple[list[float], list[float], int]:
    parts = urlsplit(address)
    heard: dict[int, list[float]] = {}
    readers = [await _open(parts.hostname, parts.port, token) for _ in range(STREAMS)]
    listening = [asyncio.create_task(_listen(reader, card.id, heard)) for reader, _ in readers]
    mover = _Mover(parts.hostname, parts.port, token)
    await mover.start()
    answered: dict[int, float] = {}
    for _ in range(MOVES):
        await mover.move(card)
        answered[card.version] = time.perf_counter()
        for _ in range(100):
            await asyncio.sleep(APART_S / 10)
            if len(heard.get(card.version, ())) == STREAMS:
                break
    for task in listening:
        task.cancel()
    for _, writer in readers:
        writer.close()
    told = {
        version: [max(0.0, (at - answered[version]) * 1000) for at in heard.get(version, ())] for version in answered
    }
    missed = sum(STREAMS - len(times) for times in told.values())
    full = [times for times in told.values() if times]
    return [min(times) for times in full], [max(times) for times in full], missed


async def _open(host: str | None, port: int | None, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET /events HTTP/1.1\r\nHost: bench\r\nCookie: turns_session={token}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise RuntimeError(head.decode())
    return reader, writer


async def _listen(reader: asyncio.StreamReader, id: str, heard: dict[int, list[float]]) -> None:
    while line := await reader.readline():
        at = time.perf_counter()
        if line.startswith(b"data: ") and id.encode() in line:
            version = int(re.search(rb'"version": ?(\d+)', line)[1])  # type: ignore[index]
            heard.setdefault(version, []).append(at)


class _Mover:
    """Somebody at the board, on a connection of the same event loop, so that one clock times all."""

    def __init__(self, host: str | None, port: int | None, token: str):
        self._host, self._port = host, port
        self._cookies = {"turns_session": token}
        self._csrf = ""

    async def start(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        _, page = await self._ask("GET", "/board", b"")
        self._csrf = re.search(rb'name="csrf-token" content="([^"]*)"', page)[1].decode()  # type: ignore[index]

    async def move(self, card: Card) -> None:
        head, body = await self._ask(
            "POST", f"/turns/{card.id}/stage", urlencode({**card.next(), "board": ""}).encode()
        )
        found = re.search(rb"(?i)x-turns-version: (\d+)", head)
        if found is None:
            raise RuntimeError(f"a move was refused: {head!r} {body[:300]!r}")
        card.version = int(found[1])
        card.moved += 1

    async def _ask(self, method: str, path: str, body: bytes) -> tuple[bytes, bytes]:
        headers = {
            "Host": "bench",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Content-Length": str(len(body)),
        }
        if body:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRF-Token": self._csrf,
                "HX-Request": "true",
                "HX-Request-Type": "partial",
            }
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{told}\r\n".encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        for name, value in re.findall(rb"(?i)set-cookie: ([^=]+)=([^;]*)", head):
            self._cookies[name.decode()] = value.decode()
        length = re.search(rb"(?i)content-length: (\d+)", head)
        return head, await self._reader.readexactly(int(length[1]) if length else 0)
