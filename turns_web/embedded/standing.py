"""How the parts stand: what the supervisor writes to `run/status.json`, and reading it with a look at the processes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from turns_web.config import replace_private

from . import children

DOWN = "down"


@dataclass(frozen=True)
class Standing:
    """state: "ok", "starting" or "down"."""

    pid: int | None
    address: str
    state: str


def write(home: Path, supervisor: int, parts: Mapping[str, Standing]) -> None:
    told = {name: asdict(standing) for name, standing in parts.items()}
    by = {"pid": supervisor, "started": children.started(supervisor)}
    replace_private(_file(home), json.dumps({"supervisor": by, "parts": told}))


def forget(home: Path) -> None:
    _file(home).unlink(missing_ok=True)


def read(home: Path) -> dict[str, Standing] | None:
    """By part; a process that has ended since is down. None where no supervisor runs from this home."""
    try:
        told = json.loads(_file(home).read_text())
        by = told["supervisor"]
        if not children.alive(by["pid"]) or children.started(by["pid"]) != by["started"]:
            return None
        parts = {name: Standing(**standing) for name, standing in told["parts"].items()}
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return {name: part if _lives(part) else Standing(None, part.address, DOWN) for name, part in parts.items()}


def workers_of(pid: int | None) -> list[int]:
    """The processes that a part's main process has started to do its work."""
    return [child for child in children.children(pid) if not _is_bookkeeper(child)] if pid else []


def _lives(part: Standing) -> bool:
    return part.pid is not None and children.alive(part.pid)


def _is_bookkeeper(pid: int) -> bool:
    """Python's multiprocessing keeps a process of its own beside spawned workers."""
    try:
        return b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def _file(home: Path) -> Path:
    return home / "run" / "status.json"
