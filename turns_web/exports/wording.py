"""What a file is called, and why there is none, in words."""

from __future__ import annotations

import errno
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError

from turns_web.core.errors import Forbidden, Invalid, Refusal, Senseless, Unavailable

_NO_ROOM = "There is no room left on the server for the file. Tell an administrator, then try it again."
_NOT_WRITTEN = "The file could not be written on the server. Tell an administrator, then try it again."
_TOO_LONG = "It took too long. Narrow it down with a filter, then try again."
_UNKNOWN = (
    "Something went wrong with this file that is not your fault. Try it again; an administrator finds why in the log."
)


def file_name(title: str, as_of: datetime, zone: str, suffix: str) -> str:
    """What it is saved as: what it holds, and as of when."""
    at = as_of.astimezone(ZoneInfo(zone))
    return f"{title} {at:%Y-%m-%d %H.%M}{suffix}"[-255:]


def may_pass(problem: Exception) -> bool:
    """Whether the same may go well the next time: a server was lost, or changed its rows under our feet."""
    cause = _cause(problem)
    if isinstance(cause, pg.QueryCanceled):
        return False
    return isinstance(cause, Unavailable | psycopg.OperationalError | psycopg.InterfaceError | psycopg.InternalError)


def why(problem: Exception) -> str:
    """A sentence for whoever asked for the file."""
    cause = _cause(problem)
    if isinstance(cause, pg.QueryCanceled):
        return _TOO_LONG
    if isinstance(cause, Invalid):
        return " ".join(sentence for said in cause.fields.values() for sentence in said)
    if isinstance(cause, Senseless | Forbidden):
        return cause.message
    if isinstance(cause, OSError):
        return _NO_ROOM if cause.errno in (errno.ENOSPC, errno.EDQUOT) else _NOT_WRITTEN
    return _UNKNOWN


def _cause(problem: Exception) -> BaseException | None:
    """What a driver said, behind what it was wrapped in."""
    if isinstance(problem, DBAPIError):
        return problem.orig
    if isinstance(problem, Refusal) and isinstance(problem.__cause__, DBAPIError):
        told = problem.__cause__.orig
        return told if isinstance(told, pg.QueryCanceled) else problem
    return problem
