"""Where the files of exports lie: `<TURNS_HOME>/exports/<id>/<attempt>.<suffix>`, `.part` while it is written."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from turns_web.config import load_settings
from turns_web.exports.queries import Export


def root() -> Path:
    return load_settings().turns_home / "exports"


def folder(export_id: UUID) -> Path:
    return root() / str(export_id)


def path_of(export: Export) -> Path:
    """Of one that is done. It may be gone: whoever opens it says so."""
    return folder(export.id) / f"{export.attempt}{Path(export.file_name or '').suffix}"
