"""What the page of types shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

_LISTED = text(
    "SELECT t.*, coalesce(homes.count, 0) AS homes FROM property_types t LEFT JOIN (SELECT property_type_id, count(*) "
    "FROM properties WHERE NOT is_archived GROUP BY 1) AS homes ON homes.property_type_id = t.id "
    "ORDER BY NOT t.is_active, lower(t.name), t.id"
)


def types(session: Session) -> list[Mapping[str, Any]]:
    """All of them, those that are offered first; each with `homes`: so many, but archived ones, are of it."""
    return list(session.execute(_LISTED).mappings())
