"""Rows as COPY sends them, many at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import psycopg

BATCH = 500


def lines(copy: psycopg.Copy) -> Iterator[list[bytes]]:
    """The lines of a COPY TO STDOUT as Postgres made them, up to BATCH at a time, each with its line feed.

    psycopg's own loop asks whether to wait at every row, which for a file of many rows costs as much as all the rest.
    """
    while found := copy.connection.wait(_some(copy)):
        yield found


def _some(copy: psycopg.Copy) -> Generator[Any, Any, list[bytes]]:
    found: list[bytes] = []
    while len(found) < BATCH:
        line = yield from copy._read_gen()
        if not line:
            break
        found.append(bytes(line))
    return found
