"""How the turns are laid out: as a board or a table, in one lane or one for each manager, vendor or home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from turns_web.core.errors import Senseless
from turns_web.core.listing import Asked
from turns_web.turns.filters import Filters

VIEWS = {"board": "Board", "table": "Table"}
GROUPS = {"property_manager_id": "Manager", "vendor_id": "Vendor", "property_id": "Home"}


@dataclass(frozen=True, slots=True)
class Shape:
    view: str = "board"
    group: str | None = None

    @classmethod
    def of(cls, asked: Asked) -> Shape:
        """Raises Senseless for a view or a group that there is not."""
        return cls(_one(asked, "view", VIEWS) or "board", _one(asked, "group", GROUPS))

    def query(self, filters: Filters, **further: Any) -> str:
        view = self.view if self.view != "board" else None
        return filters.query(**{"view": view, "group": self.group, **further})


def _one(asked: Asked, name: str, known: dict[str, str]) -> str | None:
    typed = [value for value in asked.getlist(name) if value]
    if typed and typed[-1] not in known:
        raise Senseless(name, f"Choose one of: {', '.join(known)}.")
    return typed[-1] if typed else None
