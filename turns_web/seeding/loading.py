"""Rows put in as they were, their versions as audit rows. For the tables' owner only; no trigger runs meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

# The columns of each audited table that say which property, turn and vendor a row of it is about.
ABOUT = {
    "properties": ("id", None, None),
    "vendors": (None, None, "id"),
    "turns": ("property_id", "id", "vendor_id"),
    "comments": (None, "turn_id", None),
    "utility_providers": (None, None, None),
    "property_utilities": ("property_id", None, None),
}

# Two seeds at once would both find nothing there.
_LOCK = 6_021_979


@contextmanager
def owner(admin_url: str) -> Iterator[psycopg.Connection]:
    """One transaction as the tables' owner, no other seed beside it."""
    with psycopg.connect(admin_url) as connection:
        connection.execute("SET LOCAL ROLE turns_owner")
        # Guesses about temporary tables run high, and compiling for them takes longer than the rows.
        connection.execute("SET LOCAL jit = off")
        connection.execute("SET LOCAL work_mem = '128MB'")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        # Before the first row of this month is audited: it would stay in the default partition, and its month with it.
        connection.execute(
            "SELECT ensure_audit_partition((current_date + make_interval(months => n))::date)"
            " FROM generate_series(0, 2) AS n"
        )
        yield connection


def settle(admin_url: str) -> None:
    """What follows from the rows that were put in: what the planner knows of them, and what is typical of them."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("SELECT refresh_typical_costs(), refresh_property_summary()")


@contextmanager
def as_it_was(connection: psycopg.Connection) -> Iterator[None]:
    connection.execute("SELECT set_config('app.loading', 'on', true)")
    yield
    connection.execute("SELECT set_config('app.loading', '', true)")


def load_versions(connection: psycopg.Connection, table: str, versions: Sequence[dict[str, Any]]) -> None:
    """The newest version of each row into `table`, every version into the audit. versions: complete, in order."""
    stage(connection, table)
    copy(connection, f"new_{table}", versions)
    keep(connection, table)


def load_rows(connection: psycopg.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Into a table that has no versions; by way of a temporary one, as nothing is copied in under row security."""
    stage(connection, table)
    copy(connection, f"new_{table}", rows)
    connection.execute(
        sql.SQL("INSERT INTO {} SELECT * FROM {}").format(sql.Identifier(table), sql.Identifier(f"new_{table}"))
    )


def stage(connection: psycopg.Connection, table: str) -> None:
    """A temporary `new_<table>` of the same columns, for `keep`."""
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {} INCLUDING DEFAULTS) ON COMMIT DROP").format(
            sql.Identifier(f"new_{table}"), sql.Identifier(table)
        )
    )


def keep(connection: psycopg.Connection, table: str) -> None:
    """`new_<table>` into the table and the audit, and away."""
    written = sql.SQL(", ").join(map(sql.Identifier, _written_columns(connection, table)))
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT DISTINCT ON (id) {} FROM {} ORDER BY id, version DESC").format(
            sql.Identifier(table), written, written, sql.Identifier(f"new_{table}")
        )
    )
    ensure_partitions(connection, f"new_{table}", "updated_at")
    _audit(connection, table)
    connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(f"new_{table}")))


def copy(connection: psycopg.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Rows as they are. A column that only some of them name is NULL in the others."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as out:
        for row in rows:
            out.write_row([row.get(name) for name in columns])


def _written_columns(connection: psycopg.Connection, table: str) -> list[str]:
    """All but those that the database derives."""
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return [name for (name,) in found]


def ensure_partitions(connection: psycopg.Connection, table: str, moment: str) -> None:
    """A partition of the audit for each month that the column `moment` of `table` speaks of."""
    connection.execute(
        sql.SQL(
            "SELECT ensure_audit_partition(month) FROM (SELECT DISTINCT date_trunc('month', {} AT TIME ZONE"
            " 'UTC')::date AS month FROM {}) AS of_rows ORDER BY month"
        ).format(sql.Identifier(moment), sql.Identifier(table))
    )


def _audit(connection: psycopg.Connection, table: str) -> None:
    """The rows that the audit's triggers would have left; their words are in migrations/sql/40_audit.sql."""
    about = [
        sql.SQL("NULL::uuid") if column is None else sql.SQL("(r.now ->> {})::uuid").format(sql.Literal(column))
        for column in ABOUT[table]
    ]
    connection.execute(
        sql.SQL(
            """
    WITH stepped AS (
        SELECT id, version, updated_at, updated_by, to_jsonb(s) AS now,
            lag(to_jsonb(s)) OVER (PARTITION BY id ORDER BY version) AS was FROM {new} s
    )
    INSERT INTO audit_logs (table_name, record_id, action, record_version, old_values, new_values, changed_fields,
        property_id, turn_id, vendor_id, user_id, user_email, user_name, user_role, created_at)
    SELECT {table}, r.id, CASE WHEN r.was IS NULL THEN 'CREATE' ELSE 'UPDATE' END::audit_action, r.version,
        CASE WHEN r.was IS NOT NULL THEN d.was - audit_secrets() END,
        CASE WHEN r.was IS NULL THEN jsonb_strip_nulls(d.now - audit_secrets()) ELSE d.now - audit_secrets() END,
        d.fields, {about}, u.id, u.email,
        coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email), u.role::text, r.updated_at
    FROM stepped r JOIN users u ON u.id = r.updated_by, LATERAL (
        SELECT array_agg(key ORDER BY key) AS fields, jsonb_object_agg(key, r.was -> key) AS was,
            jsonb_object_agg(key, value) AS now
        FROM jsonb_each(r.now) WHERE key <> ALL (audit_silent({table}))
            AND value IS DISTINCT FROM coalesce(r.was -> key, 'null')
    ) AS d
    """
        ).format(new=sql.Identifier(f"new_{table}"), table=sql.Literal(table), about=sql.SQL(", ").join(about))
    )
