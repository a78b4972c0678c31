"""Statements as psycopg takes them, from SQLAlchemy's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ClauseElement, create_engine

# Never connects.
_DIALECT = create_engine("postgresql+psycopg://").dialect


def written(statement: ClauseElement) -> tuple[str, Mapping[str, Any]]:
    """The SQL with its parameters by name, and those that the statement brings."""
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return str(compiled), dict(compiled.params or {})
