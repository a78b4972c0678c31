"""What is asked of those who take over from somebody who leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from turns_web.core.fields import Ref

# What the form sends where something stays with who leaves.
KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Taker:
    """is_left: it stays as it is, as was said; with neither nobody has chosen yet."""

    id: UUID | None = None
    is_left: bool = False


@dataclass(frozen=True, kw_only=True)
class Takes(Ref):
    """Somebody of the people, or `keep`. what: what they take over, one of them."""

    what: str

    def parse(self, typed: str | None) -> Taker:
        if typed == KEEP:
            return Taker(is_left=True)
        return Taker(super().parse(typed))

    def text(self, value: Any) -> str:
        return KEEP if value.is_left else super().text(value.id)


HAND_OVER: dict[str, Takes] = {
    "property_manager_id": Takes(label="Manager of the homes", to="people", what="home"),
    "sr_property_manager_id": Takes(label="Senior manager of the homes", to="people", what="home"),
    "turns_superintendent_id": Takes(label="Superintendent of the turns", to="people", what="turn"),
    "views_owner_id": Takes(label="Keeper of the shared views", to="people", what="view"),
}
