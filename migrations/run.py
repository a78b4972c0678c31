"""The one way in: `migrate(url)`."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from . import replaceable, roles
from .refused import Refused

OLDEST_SERVER = 16
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")

# Held to the end of the transaction, so that two starts at once migrate one after the other.
_LOCK = 6_021_978


def migrate(url: str | URL) -> list[str]:
    """Bring the database at `url` to the newest schema.

    Returns lines worth telling an operator (none is the normal case). Raises Refused, whose text is one line that says
    what to do; nothing is changed then.
    """
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            return _migrate(connection)
    except DBAPIError as error:
        raise Refused(_one_line(error.orig)) from error
    except psycopg.Error as error:
        raise Refused(_one_line(error)) from error
    finally:
        engine.dispose()


def _migrate(connection: Connection) -> list[str]:
    refuse_old_server(connection.scalar(text("SELECT current_setting('server_version_num')::int")))
    # A table in use makes the upgrade give up after this long, not everybody queue behind it.
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    notes = roles.ensure(connection)
    _ensure_extensions(connection)
    with roles.acting_as(connection, "turns_owner"):
        before = _version(connection)
        command.upgrade(_config(connection), "head")
        after = _version(connection)
    if before != after or not replaceable.is_current(connection):
        replaceable.apply(connection)
    _ensure_audit_partitions(connection)
    return notes


def _ensure_audit_partitions(connection: Connection) -> None:
    """Before the first row of a month can fall into the default partition, where its month would have to stay."""
    with roles.acting_as(connection, "turns_owner"):
        connection.execute(
            text(
                "SELECT ensure_audit_partition((current_date + make_interval(months => n))::date) FROM"
                " generate_series(0, 2) AS n"
            )
        )


def refuse_old_server(version: int) -> None:
    """version: as `server_version_num` has it, 160004 for 16.4."""
    if version < OLDEST_SERVER * 10_000:
        raise Refused(f"This server is PostgreSQL {version // 10_000}; Turns needs {OLDEST_SERVER} or later.")


def newest_version() -> str:
    return ScriptDirectory.from_config(_config(None)).get_current_head() or ""


def _ensure_extensions(connection: Connection) -> None:
    present = set(connection.scalars(text("SELECT extname FROM pg_extension")))
    for name in EXTENSIONS:
        if name not in present:
            connection.execute(text(f"CREATE EXTENSION {name}"))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _version(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
        return None
    return connection.scalar(text("SELECT version_num FROM public.alembic_version"))


def _one_line(error: BaseException | None) -> str:
    diag = getattr(error, "diag", None)
    said = getattr(diag, "message_primary", None) or str(error).strip().partition("\n")[0]
    return f"The database could not be brought up to date: {said}"
