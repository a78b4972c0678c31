"""What is done to vendors. Each answers {"id", "version", "note"}; note: what else happened, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from turns_web.core.errors import ALL, Invalid
from turns_web.core.identity import Identity
from turns_web.core.versioned import kept_words, load, merge_update, put, readable
from turns_web.schema import vendors
from turns_web.vendors.events import vendor_changed
from turns_web.vendors.fields import ALL_FIELDS

Answer = dict[str, Any]


def create_vendor(session: Session, who: Identity, typed: Mapping[str, Any]) -> Answer:
    """Raises Invalid by field, Forbidden."""
    _refuse_tax_id(who, typed)
    row = session.execute(insert(vendors).values(**typed).returning(*readable(vendors))).mappings().one()
    vendor_changed(session, row, "created")
    return _answer(row)


def edit_vendor(session: Session, who: Identity, id: UUID, version: int, typed: Mapping[str, Any]) -> Answer:
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
    return _answer(saved.row, kept_words(ALL_FIELDS, saved.kept))


def _refuse_tax_id(who: Identity, typed: Mapping[str, Any]) -> None:
    if typed.get("tax_id") and not who.is_admin:
        raise Invalid({ALL: "An administrator enters the tax id."})


def approve_vendor(session: Session, id: UUID, version: int) -> Answer:
    return _put(session, id, version, is_approved=True)


def withdraw_approval(session: Session, id: UUID, version: int) -> Answer:
    """New work is refused to the vendor from now on; what it has stays with it."""
    return _put(session, id, version, is_approved=False)


def activate_vendor(session: Session, id: UUID, version: int) -> Answer:
    return _put(session, id, version, is_active=True)


def deactivate_vendor(session: Session, id: UUID, version: int) -> Answer:
    return _put(session, id, version, is_active=False)


def archive_vendor(session: Session, id: UUID, version: int) -> Answer:
    return _put(session, id, version, is_archived=True)


def restore_vendor(session: Session, id: UUID, version: int) -> Answer:
    return _put(session, id, version, is_archived=False)


def _put(session: Session, id: UUID, version: int, **flag: bool) -> Answer:
    before = load(session, vendors, id)
    row, raised = put(session, vendors, id, version, **flag)
    if raised:
        vendor_changed(session, row, "archived" if flag.get("is_archived") else "updated", before)
    return _answer(row)


def show_tax_id(session: Session, id: UUID) -> str | None:
    """Read it, which the audit keeps. Raises NotFound, Forbidden."""
    return session.execute(text("SELECT vendor_tax_id(:id)"), {"id": id}).scalar_one()


def visible(session: Session, id: UUID) -> Mapping[str, Any]:
    """The row, where this person may see it. Raises NotFound."""
    return load(session, vendors, id)


def _answer(row: Mapping[str, Any], note: str = "") -> Answer:
    return {"id": str(row["id"]), "version": row["version"], "note": note}
