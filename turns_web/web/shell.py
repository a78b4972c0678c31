"""What every page's frame shows: who is here, where one can go, and the ids that fragments are found by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, g

from turns_web.access import may
from turns_web.core.identity import Identity, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation leads to. key: what follows `g` on the keyboard."""

    name: str
    path: str
    icon: str
    action: str
    key: str = ""


# The pages that exist, in the order of the rail.
PLACES = (
    Place("Board", "/board", "board", "board.see", "b"),
    Place("Approvals", "/approvals", "approvals", "approvals.see", "a"),
    Place("Properties", "/properties", "home", "properties.see", "p"),
    Place("Vendors", "/vendors", "vendors", "vendors.see", "v"),
    Place("Jobs", "/portal", "board", "portal.see"),
    Place("Import", "/admin/import", "import", "imports.run"),
    Place("Webhooks", "/admin/webhooks", "external", "webhooks.manage"),
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(dom_id=dom_id, may=_may)

    @app.context_processor
    def frame() -> dict[str, Any]:
        identity: Identity | None = g.get("identity")
        return {"me": identity, "places": places(identity), "theme": identity.theme if identity else "system"}


def places(identity: Identity | None) -> list[Place]:
    return [place for place in PLACES if identity and may(identity.role, place.action)]


def dom_id(noun: str, id: Any, piece: str = "") -> str:
    """`turn-<uuid>`, `turn-<uuid>-money`: the id of a row's element, or of a piece of it."""
    return f"{noun}-{id}-{piece}" if piece else f"{noun}-{id}"


def _may(action: str) -> bool:
    identity: Identity | None = g.get("identity")
    return identity is not None and may(Role(identity.role), action)
