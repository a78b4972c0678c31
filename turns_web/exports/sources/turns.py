"""Turns, with what people expect beside them: the home, the names of what they refer to, and what today makes of them.

The columns that are stored are called as they are; the others as the filters or the pages call them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.core.fields import Fields, humane
from turns_web.core.identity import Identity
from turns_web.core.names import names_of
from turns_web.exports.sheet import Column, Kind, Source
from turns_web.exports.sources.asking import Query, chosen, has_bom
from turns_web.exports.sources.columns import FIRMS, WHO, in_order, joined, named, plain, selected
from turns_web.exports.sources.statement import written
from turns_web.properties.fields import ALL_FIELDS as PROPERTY
from turns_web.schema import properties, turns
from turns_web.turns import order
from turns_web.turns.fields import AUDITED
from turns_web.turns.filters import AT_RISK, DAYS_IN_STAGE, KINDS, LATE, LEASED, STUCK, Filters

_HOME = (
    "street_address",
    "unit",
    "community",
    "city",
    "state",
    "zip_code",
    "county",
    "bedrooms",
    "bathrooms",
    "area_sqft",
    "year_built",
    "is_section_8",
    "in_disposition",
    "has_insurance",
    "has_squatters",
    "is_core",
    "ownership_status",
    "move_in_date",
)
# {column: alias of whoever it names}; a part in the turn, or an act on it.
_PEOPLE = {
    "property_manager_id": "pm",
    "sr_property_manager_id": "sm",
    "turns_superintendent_id": "su",
    "amount_set_by": "asb",
    "submitted_by": "sub",
    "dfo_approval_user_id": "dfo",
    "ho_approval_user_id": "ho",
    "reject_user_id": "rej",
    "archived_by": "arc",
    "created_by": "cre",
    "updated_by": "upd",
}
_FIRMS = {"vendor_id": "v", "flooring_vendor_id": "fv"}
# {alias: how it is joined}, those first that others hang on; only what is spoken of is joined.
_JOINS = {
    "s": "JOIN turn_stages s ON s.id = t.stage_id",
    # Whoever sees a turn but not its home is given the turn.
    "p": "LEFT JOIN properties p ON p.id = t.property_id",
    "ty": "LEFT JOIN property_types ty ON ty.id = p.property_type_id",
    **{alias: f"LEFT JOIN firms {alias} ON {alias}.id = t.{name}" for name, alias in _FIRMS.items()},
    **{alias: f"LEFT JOIN who {alias} ON {alias}.id = t.{name}" for name, alias in _PEOPLE.items()},
    "place": f"CROSS JOIN LATERAL (SELECT {order.URGENCY}) AS place",
}

_IS_WALK = (
    "NOT s.is_vendor_required AND EXISTS (SELECT FROM turn_stages e"
    " WHERE e.is_vendor_required AND e.is_active AND e.display_order < s.display_order)"
)
# turns/rules.holder says the same of one turn, in Python.
_HOLDER = f"""CASE
        WHEN t.hold_reason IS NOT NULL THEN NULL
        WHEN s.is_complete_stage AND t.sent_to_leasing_date IS NOT NULL THEN 'Leasing'
        WHEN s.is_complete_stage THEN NULL
        WHEN t.scope_approval_status = 'DFO_APPROVAL_NEEDED' THEN 'DFO approver'
        WHEN t.scope_approval_status = 'HO_APPROVAL_NEEDED' THEN 'HO approver'
        WHEN s.is_vendor_required THEN v.company_name
        WHEN {_IS_WALK} THEN coalesce(su.name, 'Inspector') || ', final walk'
    END"""
_TO_LEASING = "s.is_complete_stage AND t.hold_reason IS NULL"
_MANAGER = f"""CASE
        WHEN pm.name IS NOT NULL THEN pm.name || CASE WHEN {_TO_LEASING} THEN ', to leasing' ELSE ', manager' END
        WHEN sm.name IS NOT NULL THEN sm.name || CASE WHEN {_TO_LEASING} THEN ', to leasing' ELSE ', senior manager' END
        ELSE 'No manager yet'
    END"""

_MADE = (
    Column("property_type_id", PROPERTY["property_type_id"].label, Kind.TEXT, "ty.name"),
    Column("days_in_stage", "Days in stage", Kind.WHOLE, f"greatest(0, {DAYS_IN_STAGE})"),
    Column("target_days", "Target of the stage", Kind.WHOLE, "s.target_days"),
    Column(
        "days_vacant",
        "Days vacant",
        Kind.WHOLE,
        "CASE WHEN t.move_out_date <= :today"
        " THEN greatest(0, coalesce(t.turn_completion_date, :today) - t.move_out_date) END",
    ),
    Column("overdue", "Late", Kind.FLAG, f"coalesce({LATE}, false)"),
    Column("at_risk", "At risk", Kind.FLAG, f"coalesce({AT_RISK}, false)"),
    Column("stuck", "Stuck", Kind.FLAG, f"coalesce({STUCK}, false)"),
    Column("leased", "Leased", Kind.FLAG, f"coalesce({LEASED}, false)"),
    Column("holder", "Who has it", Kind.TEXT, f"coalesce({_HOLDER}, {_MANAGER})"),
    Column(
        "committed_amount",
        "Committed",
        Kind.MONEY,
        "t.approved_turn_amount + coalesce(t.change_order_amount, 0)",
        is_summed=True,
    ),
)
_SUMMED = ("turn_amount", "approved_turn_amount", "change_order_amount")
_REFERENCES = {
    "property_id": "p.property_id",
    "stage_id": "s.name",
    **{name: f"{alias}.email" for name, alias in _PEOPLE.items()},
    **{name: f"{alias}.reference" for name, alias in _FIRMS.items()},
}
_FIRST = (
    "turn_id", "property_id", "street_address", "unit", "city", "state", "zip_code", "market", "stage_id",
    "days_in_stage", "target_days", "overdue", "stuck", "holder", "priority", "grade", "property_manager_id",
    "sr_property_manager_id", "turns_superintendent_id", "vendor_id", "flooring_vendor_id", "wo_number", "notice_date",
    "move_out_date", "days_vacant", "expected_completion_date", "first_expected_completion_date",
    "turn_completion_date", "next_move_in_date", "turn_amount", "approved_turn_amount", "change_order_amount",
    "committed_amount", "scope_approval_status",
)  # fmt: skip
_LAST = (
    "is_open", "is_active", "is_archived", "archived_at", "archived_by", "created_at", "created_by", "updated_at",
    "updated_by", "version", "id",
)  # fmt: skip


def _columns() -> list[Column]:
    homes = plain(properties, "p", PROPERTY)
    stored = named(plain(turns, "t", {**AUDITED, **_labels()}, _SUMMED), _REFERENCES)
    made = {column.name: column for column in _MADE}
    # What a turn and its home both call so is the turn's.
    every = {name: homes[name] for name in _HOME} | made | stored
    return in_order(every, _FIRST, _LAST)


def _labels() -> dict[str, Any]:
    """Filters have words for what no form shows."""
    return {name: kind for name, kind in KINDS.items() if name not in AUDITED and kind.label != humane(name)}


COLUMNS = _columns()


def filters_known() -> Fields:
    return KINDS


def source(session: Session, who: Identity, asked: Query, today: date) -> Source:
    filters = Filters.of(asked)
    is_told = "is_active" in filters.chosen
    # Past ones too, unless told.
    filters = filters if is_told else filters.at("is_active", None)
    columns = chosen(asked, COLUMNS)
    where, given = filters.where()
    by = _order_by(filters, as_listed=is_told)
    what = selected(columns)
    rows = f"FROM turns t {joined(_JOINS, f'{what} {where} {by}')} WHERE {where} ORDER BY {by}"
    statement, _ = written(text(f"WITH {WHO}, {FIRMS} SELECT {what} {rows}"))
    counting, _ = written(text(f"SELECT count(*) FROM turns t {joined(_JOINS, where)} WHERE {where}"))  # noqa: S608
    return Source(
        "turns",
        "Turns",
        columns,
        statement,
        counting,
        {**given, "today": today},
        _words(session, filters),
        has_bom(asked),
    )


def _order_by(filters: Filters, *, as_listed: bool) -> str:
    if filters.sort:
        return order.sorted_by(filters.sort).order_by
    # A list says which turns it is about, and has them in the board's order; a file of everything is by numbers.
    if as_listed:
        return ", ".join(f"{'t' if name == 'turn_id' else 'place'}.{name}" for name in order.KEY)
    return "t.turn_id"


def _words(session: Session, filters: Filters) -> list[tuple[str, str]]:
    """What narrows it; that nothing does is not worth a word."""
    shown = filters
    words: list[tuple[str, str]] = []
    for name, value, usual in (("is_active", True, None), ("is_archived", False, False)):
        is_so = filters.chosen.get(name, (usual,))[0]
        if is_so == value or is_so == usual:
            shown = shown.without(name)
        if name == "is_active" and is_so:
            words.append(("Turns", "under way or lately completed"))
    names = names_of(session, shown.wanted_names()) if not shown.is_empty else {}
    return words + [(chip.label, chip.value) for chip in shown.chips(names)]
