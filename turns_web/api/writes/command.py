"""From what was sent to a command: the data read by the operation's fields, and what may not be set refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from turns_web.api.body import unknown_in
from turns_web.api.rows import as_json
from turns_web.api.strict import values_of
from turns_web.api.writes.envelope import Asked
from turns_web.api.writes.operations import Command, Operation, Resource, Row
from turns_web.core.errors import Forbidden, Invalid
from turns_web.core.fields import FieldError, Fields
from turns_web.core.identity import Role
from turns_web.core.versioned import readable

_UNKNOWN = ["There is no such field here."]


def command_of(asked: Asked, resource: Resource, operation: Operation, role: Role) -> Command:
    """Raises Invalid with every fault at once."""
    data = asked.data or {}
    settable = operation.settable_by(role)
    columns = {column.name for column in readable(resource.table)}
    values, faults = values_of(settable, data)
    metadata, faulty = values_of(operation.metadata, asked.metadata)
    faults |= faulty | _unknown(data, {*columns, *operation.fields}) | _unknown(asked.metadata, operation.metadata)
    if operation.partial and asked.data is None:
        faults["data"] = ["Send an object of the fields to set."]
    if not operation.partial:
        faults |= _missing(settable, data)
    if asked.version is None and not operation.makes:
        faults["version"] = ["Send the version that you saw."]
    if faults:
        raise Invalid(faults)
    return Command(asked.id, asked.version, values, metadata)


def _unknown(sent: Mapping[str, Any], known: Collection[str]) -> dict[str, list[str]]:
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


def refuse_read_only(asked: Asked, resource: Resource, operation: Operation, role: Role, row: Row) -> None:
    """Columns that are not to be set may be sent as they are: whoever read the row sends it back whole.

    Raises Invalid for one that differs, Forbidden where others may set it.
    """
    settable = operation.settable_by(role)
    others = {name: value for name, value in (asked.data or {}).items() if name not in settable}
    if not others:
        return
    told = as_json(resource.table, row)
    differing = [name for name, value in others.items() if name not in told or not _same(told[name], value)]
    if any(name in operation.fields for name in differing):
        raise Forbidden(operation.beyond)
    if differing:
        raise Invalid({name: "This is not set here: leave it out." for name in differing})


def _same(told: Any, sent: Any) -> bool:
    """To Python True is 1 as well."""
    return told == sent and isinstance(told, bool) == isinstance(sent, bool)
