"""Keeping a view, and taking it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.core.errors import Invalid, NotFound, constraint
from turns_web.core.fields import Choice, Fields, Text
from turns_web.core.identity import Role
from turns_web.schema import saved_views

PAGE = "board"
VIEW_FIELDS: Fields = {
    "name": Text(label="Name", required=True, max=100),
    "shared_with_role": Choice(
        label="Shared with", options={role.value: f"{role.words}s" for role in Role if role is not Role.VENDOR}
    ),
}

constraint("saved_views_owner_page_name_key", "name", "You have a view of this name already: choose another name.")


def keep_view(session: Session, query: str, values: Mapping[str, Any]) -> UUID:
    """Keep a view of the board. query: its address after the question mark. Raises Invalid."""
    if len(query) > 2000:
        raise Invalid({"name": "This view has too many filters to be kept."})
    statement = saved_views.insert().values(page=PAGE, query=query, **values).returning(saved_views.c.id)
    return session.execute(statement).scalar_one()


def drop_view(session: Session, id: UUID) -> None:
    """Take one's own view away. Raises NotFound, also for somebody else's."""
    dropped = session.execute(text("DELETE FROM saved_views WHERE id = :id RETURNING id"), {"id": id}).first()
    if dropped is None:
        raise NotFound()
