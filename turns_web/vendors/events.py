"""Telling that a vendor changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from turns_web.core.outbox import concerning, emit

CONCERNS = ("id", "is_approved")


def vendor_changed(
    session: Session, row: Mapping[str, Any], change: str, before: Mapping[str, Any] | None = None
) -> None:
    """Tell, after the commit, that this vendor has a new version.

    row: as written. before: the row before the write, where an approval may have ended.
    change: `created`, `updated`, `archived`.
    """
    emit(
        session,
        "vendor",
        id=row["id"],
        version=row["version"],
        change=change,
        names=[f"vendor.{change}"],
        **concerning(CONCERNS, row, before),
    )
