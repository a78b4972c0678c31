"""turns_web/schema says what the migrations made."""

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from turns_web import schema
from turns_web.core.versioned import readable

TABLES = sorted(schema.metadata.tables)


def columns_of(admin, name):
    return {
        row.attname: (row.type, row.attnotnull)
        for row in admin.execute(
            "SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [f"public.{name}"],
        )
    }


def spelled(admin, column):
    """The column's type in Postgres's own words."""
    written = column.type.compile(dialect=postgresql.dialect())
    return admin.execute("SELECT format_type(to_regtype(%s), to_regtypemod(%s))", [written, written]).fetchone()[0]


@pytest.mark.parametrize("name", TABLES)
def test_columns_types_and_nullability_are_those_of_the_database(admin, name):
    table: Table = schema.metadata.tables[name]
    is_view = name in {"people", "portal_properties", "property_turns"}
    said = {column.name: (spelled(admin, column), not is_view and not column.nullable) for column in table.columns}
    assert said == columns_of(admin, name)


def test_every_table_of_the_database_is_in_the_schema(admin):
    made = {
        row.relname
        for row in admin.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND NOT relispartition"
            " AND relkind IN ('r', 'p', 'v') AND relowner IN ('turns_owner'::regrole, 'turns_reader'::regrole)"
        )
    }
    assert made - {"alembic_version"} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_readable_columns_are_those_that_the_application_may_select(admin, name):
    may = {
        row.attname
        for row in admin.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND has_column_privilege('turns_app', attrelid, attnum, 'SELECT')",
            [f"public.{name}"],
        )
    }
    assert {column.name for column in readable(schema.metadata.tables[name])} == may


def test_columns_given_by_the_database_are_not_asked_for_on_insert(admin):
    for table in schema.metadata.tables.values():
        given = {
            row.attname
            for row in admin.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND atthasdef",
                [f"public.{table.name}"],
            )
        }
        assert {column.name for column in table.columns if column.server_default is not None} == given, table.name


def test_replication_gets_neither_people_nor_secrets(admin):
    published = admin.execute(
        "SELECT tablename, attnames FROM pg_publication_tables WHERE pubname = 'electric_publication'"
    ).fetchall()
    columns = {name for row in published for name in row.attnames}
    assert {row.tablename for row in published} == {
        "properties", "turns", "turn_stages", "vendors", "utility_providers", "property_types",
    }  # fmt: skip
    assert not columns & {"password_hash", "tax_id", "primary_lock_box_code"}
    assert not admin.execute("SELECT has_table_privilege('turns_repl', 'users', 'SELECT')").fetchone()[0]
    assert not admin.execute("SELECT has_column_privilege('turns_repl', 'vendors', 'tax_id', 'SELECT')").fetchone()[0]
