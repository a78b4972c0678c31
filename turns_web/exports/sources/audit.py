"""The audit in time order: administrators all of it, others their own acts; in words, and as the JSON that was kept."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.audit import filters, meant
from turns_web.audit.filters import ACTIONS, Filter
from turns_web.audit.queries import FOUND, literally, mine, names
from turns_web.audit.subjects import Subject, Subjects
from turns_web.core.fields import Fields, say
from turns_web.core.identity import SYSTEM_USER_ID, Identity
from turns_web.exports.sheet import Column, Kind, Source
from turns_web.exports.sources.asking import Query, chosen, has_bom
from turns_web.exports.sources.columns import joined, selected
from turns_web.exports.sources.statement import written

_subjects: dict[str, Subject] = {}


def speak_of(subjects: Subjects) -> None:
    """Hand over what the audit speaks of, once a process: the domains that describe it lie above this one."""
    _subjects.update(subjects)


# Ids in a row's values by the names of what they refer to; one object for all rows.
_NAMED = """named AS MATERIALIZED (
    SELECT jsonb_object_agg(id, name) AS names FROM (
        SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) FROM people
        UNION ALL SELECT id, company_name FROM vendors
        UNION ALL SELECT id, name FROM turn_stages
        UNION ALL SELECT id, name FROM property_types
    ) AS n (id, name)
)"""
_NAME_OF = "(SELECT names FROM named) ->> {0}"
_VALUE = f"coalesce(nullif(coalesce({_NAME_OF}, {{0}}), ''), 'none')"
# Of a secret only that it changed is kept, and told.
_CHANGES = f"""(SELECT string_agg(coalesce(CAST(:labels AS jsonb) -> a.table_name ->> f, f) || CASE
            WHEN a.new_values ? f THEN ': ' || {_VALUE.format("(a.old_values ->> f)")} || ' → '
                || {_VALUE.format("(a.new_values ->> f)")}
            ELSE '' END, '; ' ORDER BY place)
        FROM unnest(a.changed_fields) WITH ORDINALITY AS changed (f, place))"""  # noqa: S608
_WORDS = f"""CASE a.action
        WHEN 'UPDATE' THEN {_CHANGES}
        WHEN 'EXPORT' THEN CASE a.metadata ->> 'type' WHEN 'turn_sheet' THEN 'Took the turn’s sheet'
            ELSE concat_ws(' ', '{ACTIONS["EXPORT"]}:', a.metadata ->> 'rows', a.metadata ->> 'type',
                a.metadata ->> 'format') END
        ELSE CAST(:acts AS jsonb) ->> a.action::text END"""
_RECORD = f"""coalesce(
        CASE a.table_name WHEN 'turns' THEN tu.turn_id WHEN 'properties' THEN concat_ws(', ', h.street_address, h.unit)
            ELSE {_NAME_OF.format("a.record_id::text")} END,
        coalesce(a.new_values, a.old_values) ->> 'name', tu.turn_id, h.street_address)"""
_JOINS = {
    "tu": "LEFT JOIN turns tu ON tu.id = a.turn_id",
    "h": "LEFT JOIN properties h ON h.id = a.property_id",
}

COLUMNS = (
    Column("created_at", "When", Kind.MOMENT, "a.created_at"),
    Column("user_name", "Who", Kind.TEXT, "a.user_name"),
    Column("user_email", "E-mail", Kind.TEXT, "a.user_email"),
    Column("user_role", "Role", Kind.TEXT, "a.user_role"),
    Column("action", "Act", Kind.TEXT, "a.action::text"),
    Column("table_name", "What", Kind.TEXT, "a.table_name"),
    Column("record", "Which", Kind.TEXT, _RECORD),
    Column("description", "In words", Kind.TEXT, _WORDS),
    Column("record_version", "Version", Kind.WHOLE, "a.record_version"),
    Column("changed_fields", "Changed fields", Kind.TEXT, "array_to_string(a.changed_fields, ', ')"),
    Column("old_values", "Before", Kind.TEXT, "a.old_values::text"),
    Column("new_values", "After", Kind.TEXT, "a.new_values::text"),
    Column("context", "As part of", Kind.TEXT, "a.context"),
    Column("metadata", "Beside it", Kind.TEXT, "a.metadata::text"),
    Column("ip_address", "From", Kind.TEXT, "host(a.ip_address)"),
    Column("user_agent", "By", Kind.TEXT, "a.user_agent"),
    Column("record_id", "Record's id", Kind.TEXT, "a.record_id::text"),
    Column("turn_id", "Turn's id", Kind.TEXT, "a.turn_id::text"),
    Column("property_id", "Property's id", Kind.TEXT, "a.property_id::text"),
    Column("vendor_id", "Vendor's id", Kind.TEXT, "a.vendor_id::text"),
    Column("user_id", "Person's id", Kind.TEXT, "a.user_id::text"),
    Column("id", "Id", Kind.TEXT, "a.id::text"),
)


def filters_known() -> Fields:
    found = _parse(Query(""), "UTC")
    return {**found.kinds, **found.times}


def source(session: Session, who: Identity, asked: Query, today: date) -> Source:
    told = _parse(asked, who.zone)
    columns = chosen(asked, COLUMNS)
    where, given = _where(session, told, who)
    what = selected(columns)
    statement, _ = written(
        text(
            f"WITH {_NAMED} SELECT {what} FROM audit_logs a {joined(_JOINS, what)}"  # noqa: S608
            f" WHERE {where} ORDER BY a.created_at, a.id"
        )
    )
    counting, _ = written(text(f"SELECT count(*) FROM audit_logs a WHERE {where}"))  # noqa: S608
    words = {
        "labels": json.dumps({table: _labels(of.fields) for table, of in _subjects.items()}),
        "acts": json.dumps(ACTIONS),
    }
    return Source("audit", "Audit", columns, statement, counting, given | words, _words(session, told), has_bom(asked))


def _parse(asked: Query, zone: str) -> Filter:
    return filters.parse(asked, {table: of.noun.capitalize() for table, of in _subjects.items()}, zone)


def _labels(fields: Fields) -> dict[str, str]:
    return {name: kind.label for name, kind in fields.items()}


def _where(session: Session, told: Filter, who: Identity) -> tuple[str, dict[str, Any]]:
    """The conditions, and their parameters. A search means what it means in the viewer, and looks through all years."""
    own, given = mine(who)
    said = [own]
    if told.q:
        named = meant.named(session, told.q)
        turn_id = meant.turn(named, told.q)
        if turn_id:
            told = told.of_turn(turn_id)
        else:
            said.append(FOUND)
            records = [one.id for one in named if one.filter == "record_id"]
            columns = meant.columns(_subjects, told.q)
            given |= {"q": f"%{literally(told.q)}%", "named": records, "columns": columns}
    conditions, values = told.where()
    for name, sign, at in (("since", ">=", told.since), ("until", "<", told.until)):
        if at:
            said.append(f"a.created_at {sign} :{name}")
            given |= {name: at}
    return " AND ".join([*said, *conditions]), given | values


def _words(session: Session, told: Filter) -> list[tuple[str, str]]:
    known = names(session, told) | {SYSTEM_USER_ID: "Turns itself"}
    words = [("Find", told.q)] if told.q else []
    for name, values in told.values.items():
        words.append((told.kinds[name].label, " or ".join(say(told.kinds[name], value, known) for value in values)))
    return words + [(told.times[name].label, told.times[name].spoken(typed)) for name, typed in told.typed.items()]
