"""psycopg's cursor with a cheaper account of the columns of a result.

SQLAlchemy asks it after every statement, for their names and types alone. psycopg's own also looks up what else is
known of each type, which for rows of seventy columns was a fifth of all that Python did for a move.
"""

from __future__ import annotations

from typing import Any

from psycopg import Cursor
from psycopg.pq import ExecStatus


class PlainCursor(Cursor[Any]):
    @property
    def description(self) -> list[Any] | None:
        """[(name, oid of the type)], None where the statement gave no rows."""
        result = self.pgresult
        if result is None or result.status != ExecStatus.TUPLES_OK:
            return None
        return [((result.fname(at) or b"").decode(), result.ftype(at)) for at in range(result.nfields)]
