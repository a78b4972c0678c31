"""The four roles that the schema speaks of, made where they are missing and where that is allowed.

A managed server has no superuser for us: a role with CREATEROLE that owns the database (or was granted CREATE on it
and, with grant option, on the schema `public`) is enough. The embedded server makes the roles
beforehand, with passwords.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from .refused import Refused

OWNER, READER, APP, REPLICATION = "turns_owner", "turns_reader", "turns_app", "turns_repl"
_ATTRIBUTES = {OWNER: "NOLOGIN", READER: "NOLOGIN", APP: "NOLOGIN", REPLICATION: "NOLOGIN REPLICATION"}


def ensure(connection: Connection) -> list[str]:
    """Make missing roles, become able to act as owner and reader, and open the schema to the four.

    Returns a line for what could be left out. Raises Refused.
    """
    notes = []
    for role in (OWNER, READER, APP):
        if not _exists(connection, role):
            _create(connection, role)
    if not _exists(connection, REPLICATION) and not _may(connection, "rolreplication"):
        notes.append(f"{REPLICATION} was left out: this role may not create one with REPLICATION.")
    elif not _exists(connection, REPLICATION):
        _create(connection, REPLICATION)
    for role in (OWNER, READER):
        _become_able_to_be(connection, role)
    if not _can_be(connection, APP):
        _try(connection, f"GRANT {APP} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    _open_schema(connection)
    return notes


@contextmanager
def acting_as(connection: Connection, role: str) -> Iterator[None]:
    """Own what is made inside as `role`, until the block or the transaction ends."""
    connection.execute(text(f"SET LOCAL ROLE {role}"))
    yield
    connection.execute(text("RESET ROLE"))


def exists(connection: Connection, role: str) -> bool:
    return _exists(connection, role)


def _exists(connection: Connection, role: str) -> bool:
    return bool(connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}))


def _may(connection: Connection, attribute: str) -> bool:
    query = f"SELECT rolsuper OR {attribute} FROM pg_roles WHERE rolname = current_user"
    return bool(connection.scalar(text(query)))


def _create(connection: Connection, role: str) -> None:
    if not _may(connection, "rolcreaterole"):
        raise Refused(f"The role {role} is missing and this one may not create it: sign in as a role with CREATEROLE.")
    # Roles belong to the whole server: somebody migrating another database may be making the same one.
    _try(connection, f"CREATE ROLE {role} {_ATTRIBUTES[role]} NOSUPERUSER NOBYPASSRLS")
    if not _exists(connection, role):
        raise Refused(f"The role {role} could not be created: sign in as a role with CREATEROLE.")


def _become_able_to_be(connection: Connection, role: str) -> None:
    if _can_be(connection, role):
        return
    _try(connection, f"GRANT {role} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE")
    if not _can_be(connection, role):
        raise Refused(f"This role may not act as {role}: have somebody GRANT {role} TO it.")


def _can_be(connection: Connection, role: str) -> bool:
    query = "SELECT pg_has_role(current_user, :role, 'SET') AND pg_has_role(current_user, :role, 'USAGE')"
    return bool(connection.scalar(text(query), {"role": role}))


def _open_schema(connection: Connection) -> None:
    wanted = {OWNER: "USAGE, CREATE", READER: "USAGE, CREATE", APP: "USAGE"}
    if _exists(connection, REPLICATION):
        wanted[REPLICATION] = "USAGE"
    for role, privileges in wanted.items():
        _try(connection, f"GRANT {privileges} ON SCHEMA public TO {role}")
    for role in (OWNER, READER):
        query = text("SELECT has_schema_privilege(:role, 'public', 'CREATE')")
        if not connection.scalar(query, {"role": role}):
            raise Refused("This role may not open the schema public: sign in as the owner of the database.")


def _try(connection: Connection, statement: str) -> None:
    """Run a grant that may not be ours to give; what follows looks whether it is there."""
    try:
        with connection.begin_nested():
            connection.execute(text(statement))
    except DBAPIError:
        return
