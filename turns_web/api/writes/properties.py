"""What may be done to a property, and to the companies that supply homes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from turns_web.api.writes.operations import Command, Operation, Resource, Row, by_version
from turns_web.core.fields import Fields
from turns_web.core.identity import Identity, Role
from turns_web.properties import actions, utilities
from turns_web.properties.fields import FIELDS, PEOPLE, PROVIDER, people_of, people_of_new
from turns_web.schema import properties, utility_providers
from turns_web.settings.queries import today

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_SETTABLE: Fields = {**FIELDS, **PEOPLE}
_NOT_THEIRS = "A senior manager or an administrator gives a property to somebody else."


def _of(role: Role) -> Fields:
    return {**FIELDS, **people_of(role)}


def _of_new(role: Role) -> Fields:
    return {**FIELDS, **people_of_new(role)}


def _create(session: Session, who: Identity, command: Command) -> Row:
    day = today(session, time.monotonic())
    return actions.create_property(session, who, command.values, day, command.id).row


def _update(session: Session, who: Identity, command: Command) -> Row:
    day = today(session, time.monotonic())
    return actions.edit_property(session, command.id, command.version, command.values, day).row


def _add_provider(session: Session, who: Identity, command: Command) -> Row:
    return utilities.add_provider(session, command.values, command.id).row


def _edit_provider(session: Session, who: Identity, command: Command) -> Row:
    return utilities.edit_provider(session, command.id, command.version, command.values).row


PROPERTIES = Resource(
    properties,
    {
        "create": Operation("properties.create", _create, _SETTABLE, settable=_of_new, beyond=_NOT_THEIRS, makes=True),
        "update": Operation("properties.edit", _update, _SETTABLE, settable=_of, beyond=_NOT_THEIRS, partial=True),
        "delete": Operation("properties.archive", by_version(actions.archive_property)),
    },
)

UTILITY_PROVIDERS = Resource(
    utility_providers,
    {
        "create": Operation("providers.create", _add_provider, PROVIDER, makes=True),
        "update": Operation("providers.edit", _edit_provider, PROVIDER, partial=True),
        "delete": Operation("providers.archive", by_version(utilities.archive_provider)),
    },
)
