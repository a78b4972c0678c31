"""Functions, triggers, views and policies: `sql/*.sql`, each run whole as the role that its first line names."""

from __future__ import annotations

import hashlib
import re
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, text

from . import roles

FILES = sorted((Path(__file__).parent / "sql").glob("*.sql"))
_ROLE = re.compile(r"-- As (turns_owner|turns_reader|whoever migrates)\b")


def apply(connection: Connection) -> None:
    """Replace everything, and remember what was applied."""
    for file in FILES:
        script = file.read_text(encoding="utf-8")
        role = _role_of(file, script)
        if role is None:
            _run(connection, script)
        else:
            with roles.acting_as(connection, role):
                _run(connection, script)
    with roles.acting_as(connection, roles.OWNER):
        connection.execute(text(f"COMMENT ON TABLE public.alembic_version IS '{_digest()}'"))


def is_current(connection: Connection) -> bool:
    """Whether these very files were the last ones applied: then nothing is locked for nothing."""
    applied = connection.scalar(text("SELECT obj_description('public.alembic_version'::regclass, 'pg_class')"))
    return applied == _digest()


def _role_of(file: Path, script: str) -> str | None:
    named = _ROLE.match(script)
    if named is None:
        raise ValueError(f"{file.name} does not begin with the role that it runs as")
    return None if named[1] == "whoever migrates" else named[1]


def _run(connection: Connection, script: str) -> None:
    # The driver's own cursor: several statements at once, and a percent sign is a percent sign.
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(script)


def _digest() -> str:
    whole = hashlib.sha256()
    for file in FILES:
        whole.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest()
