"""What may be done to a vendor. Approving one is an update of `is_approved`, which is an administrator's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turns_web.api.writes.operations import Command, Operation, Resource, Row, by_version
from turns_web.core.fields import Fields
from turns_web.core.identity import ADMINS, Identity, Role
from turns_web.schema import vendors
from turns_web.vendors import actions
from turns_web.vendors.fields import ALL_FIELDS, FIELDS, TAX_ID

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ACTIVE: Fields = {"is_active": ALL_FIELDS["is_active"]}
_SETTABLE: Fields = {**FIELDS, **TAX_ID, **_ACTIVE, "is_approved": ALL_FIELDS["is_approved"]}
_NOT_THEIRS = "An administrator approves vendors and keeps their tax id."


def _of(role: Role) -> Fields:
    return _SETTABLE if role in ADMINS else {**FIELDS, **_ACTIVE}


def _create(session: Session, who: Identity, command: Command) -> Row:
    return actions.create_vendor(session, who, command.values, command.id).row


def _update(session: Session, who: Identity, command: Command) -> Row:
    return actions.edit_vendor(session, who, command.id, command.version, command.values).row


VENDORS = Resource(
    vendors,
    {
        "create": Operation("vendors.create", _create, _SETTABLE, settable=_of, beyond=_NOT_THEIRS, makes=True),
        "update": Operation("vendors.edit", _update, _SETTABLE, settable=_of, beyond=_NOT_THEIRS, partial=True),
        "delete": Operation("vendors.archive", by_version(actions.archive_vendor)),
    },
)
