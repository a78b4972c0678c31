"""The columns of a table as an export has them, made from the schema and the domain's fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Integer, Numeric, Table
from sqlalchemy.types import TypeEngine

from turns_web.core.fields import Fields, humane
from turns_web.core.identity import SYSTEM_USER_ID
from turns_web.core.versioned import readable
from turns_web.exports.sheet import Column, Kind

_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, Kind.FLAG),
    (Integer, Kind.WHOLE),
    (Numeric, Kind.NUMBER),
    (Date, Kind.DAY),
    (DateTime, Kind.MOMENT),
)

# Once, for all parts that people have: its policy is costly to plan. What nobody in particular did has a name too.
WHO = f"""who AS MATERIALIZED (
    SELECT id, email, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name FROM people
    UNION ALL SELECT '{SYSTEM_USER_ID}', 'Turns itself', 'Turns itself'
)"""  # noqa: S608
# Two companies of one name are told apart by their ids, as import reads them; names are compared as it compares them.
FIRMS = """firms AS MATERIALIZED (
    SELECT id, company_name,
        CASE WHEN count(*) OVER (PARTITION BY lower(regexp_replace(btrim(company_name), '\\s+', ' ', 'g'))) > 1
            THEN id::text ELSE company_name END AS reference
    FROM vendors
)"""


def plain(table: Table, alias: str, fields: Fields, summed: Iterable[str] = ()) -> dict[str, Column]:
    """All columns of the table that may be read, by name, as they are stored."""
    totals = set(summed)
    return {
        column.name: Column(
            column.name,
            fields[column.name].label if column.name in fields else humane(column.name),
            kind_of(column.type),
            _stored(f"{alias}.{column.name}", column.type),
            column.name in totals,
        )
        for column in readable(table)
    }


def named(columns: Mapping[str, Column], sql: Mapping[str, str]) -> dict[str, Column]:
    """The same, and the ones of `sql` say what they refer to in words, as import reads it."""
    return {
        name: Column(name, column.label, Kind.TEXT, sql[name]) if name in sql else column
        for name, column in columns.items()
    }


def in_order(columns: Mapping[str, Column], first: Iterable[str], last: Sequence[str]) -> list[Column]:
    """All of them, these at the beginning and those at the end."""
    others = [name for name in columns if name not in last]
    return [columns[name] for name in dict.fromkeys([*first, *others, *last])]


def kind_of(stored: TypeEngine[Any]) -> Kind:
    if isinstance(stored, Numeric) and (stored.precision, stored.scale) == (10, 2):
        return Kind.MONEY
    return next((kind for type_, kind in _KINDS if isinstance(stored, type_)), Kind.TEXT)


def _stored(name: str, stored: TypeEngine[Any]) -> str:
    if isinstance(stored, ARRAY):
        return f"array_to_string({name}, ', ')"
    return f"{name}::text" if kind_of(stored) is Kind.TEXT else name


def joined(joins: Mapping[str, str], said: str) -> str:
    """joins: {alias: how it is joined}, those first that others hang on. What nothing speaks of is left out."""
    found: list[str] = []
    for alias, join in reversed(list(joins.items())):
        if re.search(rf"\b{alias}\.", said):
            found.insert(0, join)
            said += join
    return " ".join(found)


def selected(columns: Iterable[Column]) -> str:
    return ", ".join(f'{column.sql} AS "{column.name}"' for column in columns)
