"""Where the files of exports lie: `<TURNS_HOME>/exports/<id>/<attempt>.<suffix>`, `.part` while it is written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from turns_web.config import load_settings
from turns_web.exports.queries import Export

PART = ".part"


def root() -> Path:
    return load_settings().turns_home / "exports"


def folder(export_id: UUID) -> Path:
    return root() / str(export_id)


def path_of(export: Export) -> Path:
    """Of one that is done. It may be gone: whoever opens it says so."""
    return _path(export.id, export.attempt, Path(export.file_name or "").suffix)


@contextmanager
def written(export_id: UUID, attempt: int, suffix: str) -> Iterator[BinaryIO]:
    """A file that is there whole, on the disk; after an error its half is there, for `drop`."""
    part = _path(export_id, attempt, PART)
    part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(part, "xb", opener=_private) as out:
        yield out
        out.flush()
        os.fsync(out.fileno())
    part.rename(_path(export_id, attempt, suffix))
    _sync(part.parent)


def size_of(export_id: UUID, attempt: int, suffix: str) -> int:
    """In bytes."""
    return _path(export_id, attempt, suffix).stat().st_size


def drop(export_id: UUID, until_attempt: int) -> None:
    """Delete what attempts up to this one have left. A process that wakes up late finds its file gone."""
    for path in _files(folder(export_id)):
        if path.stem.isdecimal() and int(path.stem) <= until_attempt:
            path.unlink(missing_ok=True)


def forget(export_id: UUID) -> None:
    shutil.rmtree(folder(export_id), ignore_errors=True)


def kept() -> list[UUID]:
    """The exports that something lies there of."""
    return [id for place in _files(root()) if (id := _uuid(place.name)) is not None]


def _path(export_id: UUID, attempt: int, suffix: str) -> Path:
    return folder(export_id) / f"{attempt}{suffix}"


def _files(place: Path) -> list[Path]:
    try:
        return list(place.iterdir())
    except FileNotFoundError:
        return []


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(place: Path) -> None:
    """A rename is on the disk once its folder is."""
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
