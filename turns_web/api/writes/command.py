"""From what was sent to a command: the data read by the operation's fields, and what may not be set refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from turns_web.api.body import unknown_in
from turns_web.api.rows import as_json, names
from turns_web.api.strict import values_of
from turns_web.api.writes.operations import Command, Row
from turns_web.api.writes.step import Step
from turns_web.core.errors import Forbidden, Invalid
from turns_web.core.fields import FieldError, Fields
from turns_web.core.identity import Role

_UNKNOWN = ["There is no such field here."]


def command_of(step: Step, role: Role) -> Command:
    """Raises Invalid with every fault at once."""
    asked, operation = step.asked, step.operation
    settable = operation.settable_by(role)
    values, faults = values_of(settable, asked.data or {})
    metadata, faulty = values_of(operation.metadata, asked.metadata)
    stray = [name for name in _others(step, role) if name not in operation.fields]
    faults |= faulty | _unknown(asked.metadata, operation.metadata) | _unknown(stray, names(step.resource.table))
    if operation.partial and asked.data is None:
        faults["data"] = ["Send an object of the fields to set."]
    if not operation.partial:
        faults |= _missing(settable, asked.data or {})
    if asked.version is None and not operation.makes:
        faults["version"] = ["Send the version that you saw."]
    if faults:
        raise Invalid(faults)
    return Command(asked.id, asked.version, values, metadata)


def _others(step: Step, role: Role) -> dict[str, Any]:
    """What was sent and is not this person's to set."""
    settable = step.operation.settable_by(role)
    return {name: value for name, value in (step.asked.data or {}).items() if name not in settable}


def _unknown(sent: Iterable[str], known: Collection[str]) -> dict[str, list[str]]:
    return dict.fromkeys(unknown_in(sent, known), _UNKNOWN)


def _missing(fields: Fields, data: Mapping[str, Any]) -> dict[str, list[str]]:
    """In the words of the form that was left empty there."""
    faults: dict[str, list[str]] = {}
    for name, kind in fields.items():
        if kind.required and name not in data:
            try:
                kind.parse(None)
            except FieldError as refused:
                faults[name] = [str(refused)]
    return faults


def refuse_read_only(step: Step, role: Role, row: Row) -> None:
    """Columns that are not to be set may be sent as they are: whoever read the row sends it back whole.

    Raises Invalid for one that differs, Forbidden where others may set it.
    """
    others = _others(step, role)
    if not others:
        return
    told = as_json(step.resource.table, row)
    differing = [name for name, value in others.items() if name not in told or not _same(told[name], value)]
    if any(name in step.operation.fields for name in differing):
        raise Forbidden(step.operation.beyond)
    if differing:
        raise Invalid({name: "This is not set here: leave it out." for name in differing})


def _same(told: Any, sent: Any) -> bool:
    """To Python True is 1 as well."""
    return told == sent and isinstance(told, bool) == isinstance(sent, bool)
