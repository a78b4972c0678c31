"""What is known of the seals outside the database, so that newest ones which are cut off are missed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from turns_web.config import replace_private


class Unreadable(Exception):
    """The anchor's file holds something else."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """number, hash, sealed_at: of the newest seal. settled: transactions below it are all sealed. looked_at: when that
    was found. Times are ISO 8601."""

    number: int
    hash: str
    sealed_at: str
    settled: int
    looked_at: str


def path(home: Path) -> Path:
    return home / "audit-anchor"


def read(home: Path) -> Anchor | None:
    """None where there is none. Raises Unreadable."""
    try:
        return Anchor(**json.loads(path(home).read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as problem:
        raise Unreadable(f"{path(home)} cannot be read: {problem}") from None


def write(home: Path, anchor: Anchor) -> None:
    replace_private(path(home), json.dumps(asdict(anchor)))
