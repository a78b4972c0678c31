"""What is done to vendors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.core.errors import ALL, Invalid
from turns_web.core.identity import Identity
from turns_web.core.versioned import Saved, insert_row, load, merge_update, put
from turns_web.schema import vendors
from turns_web.vendors.events import vendor_changed


def create_vendor(session: Session, who: Identity, typed: Mapping[str, Any], id: UUID | None = None) -> Saved:
    """id: one that the client made. Raises Invalid by field, Forbidden."""
    _refuse_tax_id(who, typed)
    row = insert_row(session, vendors, typed, id)
    vendor_changed(session, row, "created")
    return Saved(row)


def edit_vendor(session: Session, who: Identity, id: UUID, version: int, typed: Mapping[str, Any]) -> Saved:
    """Set what the person changed since `version`. Raises Invalid, NotFound, Forbidden, Stale."""
    _refuse_tax_id(who, typed)
    # It cannot be read, so it cannot be compared: a typed one is written, an empty one leaves it as it is.
    secret = {"tax_id": typed["tax_id"]} if typed.get("tax_id") else None
    plain = {name: value for name, value in typed.items() if name != "tax_id"}
    seen: dict[str, Any] = {}

    def check(server: Mapping[str, Any], changes: dict[str, Any]) -> Mapping[str, Any] | None:
        seen["before"] = server
        return secret

    saved = merge_update(session, vendors, id, version, plain, check)
    if saved.row["version"] != seen["before"]["version"]:
        vendor_changed(session, saved.row, "updated", seen["before"])
    return saved


def _refuse_tax_id(who: Identity, typed: Mapping[str, Any]) -> None:
    if typed.get("tax_id") and not who.is_admin:
        raise Invalid({ALL: "An administrator enters the tax id."})


def approve_vendor(session: Session, id: UUID, version: int) -> Saved:
    return _put(session, id, version, is_approved=True)


def withdraw_approval(session: Session, id: UUID, version: int) -> Saved:
    """New work is refused to the vendor from now on; what it has stays with it."""
    return _put(session, id, version, is_approved=False)


def activate_vendor(session: Session, id: UUID, version: int) -> Saved:
    return _put(session, id, version, is_active=True)


def deactivate_vendor(session: Session, id: UUID, version: int) -> Saved:
    return _put(session, id, version, is_active=False)


def archive_vendor(session: Session, id: UUID, version: int) -> Saved:
    return _put(session, id, version, is_archived=True)


def restore_vendor(session: Session, id: UUID, version: int) -> Saved:
    return _put(session, id, version, is_archived=False)


def _put(session: Session, id: UUID, version: int, **flag: bool) -> Saved:
    saved, before = put(session, vendors, id, version, **flag)
    if saved.row["version"] != before["version"]:
        vendor_changed(session, saved.row, "archived" if flag.get("is_archived") else "updated", before)
    return saved


def show_tax_id(session: Session, id: UUID) -> str | None:
    """Read it, which the audit keeps. Raises NotFound, Forbidden."""
    return session.execute(text("SELECT vendor_tax_id(:id)"), {"id": id}).scalar_one()


def visible(session: Session, id: UUID) -> Mapping[str, Any]:
    """The row, where this person may see it. Raises NotFound."""
    return load(session, vendors, id)
