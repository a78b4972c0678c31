"""The statements in sql/, filled with what a report's filters ask."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from turns_web.reports.asking import Asked
from turns_web.turns.filters import AT_RISK, LATE, STUCK

_SQL = Path(__file__).parent / "sql"
_CONDITIONS = {"late": LATE, "at risk": AT_RISK, "stuck": STUCK}
# What the filters may speak of beside the turn.
_BESIDE = {
    "p": "JOIN properties p ON p.id = t.property_id",
    "s": "JOIN turn_stages s ON s.id = t.stage_id",
}


def ask(session: Session, name: str, asked: Asked, **further: Any) -> CursorResult[Any]:
    """Run sql/<name>.sql about the turns that are asked for. further: its own parameters."""
    where, given = asked.filters.where()
    statement = _read(name)
    beside = [
        join
        for other, join in _BESIDE.items()
        if re.search(rf"\b{other}\.", where) and not re.search(rf"(FROM|JOIN) \w+ {other}\b", statement)
    ]
    filled = statement.replace("/* where */", where).replace("/* beside */", " ".join(beside))
    values = {**given, "today": asked.today, "first": asked.period.first, "last": asked.period.last, **further}
    # The names of a statement's own parameters are all that it may be given.
    named = text(filled)
    return session.execute(named, {name: values[name] for name in named.compile().params})


@cache
def _read(name: str) -> str:
    statement = (_SQL / f"{name}.sql").read_text()
    for said, condition in _CONDITIONS.items():
        statement = statement.replace(f"/* {said} */", condition)
    return statement
