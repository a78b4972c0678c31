"""What every page's frame shows: who is here, where one can go, and the ids that fragments are found by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, g

from turns_web.access import allows
from turns_web.core.identity import Identity


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation leads to. key: what follows `g` on the keyboard; about: what one does there.

    for_desks: not in the bar under the thumb, where there is room for few; from there it is reached by the account.
    """

    name: str
    path: str
    icon: str
    action: str
    key: str = ""
    about: str = ""
    for_desks: bool = False


# The pages that exist, in the order of the rail.
PLACES = (
    Place("Board", "/board", "board", "board.see", "b"),
    Place("Approvals", "/approvals", "approvals", "approvals.see", "a"),
    Place("Properties", "/properties", "home", "properties.see", "p"),
    Place("Vendors", "/vendors", "vendors", "vendors.see", "v"),
    Place("Reports", "/reports", "report", "reports.see", "r", for_desks=True),
    Place("Jobs", "/portal", "board", "portal.see"),
    Place("Exports", "/exports", "export", "exports.make", for_desks=True),
    Place("Admin", "/admin", "shield", "admin.see", for_desks=True),
)

# The pages of administration, in the order of their tabs; each of them extends layouts/admin.html.
DESK = (
    Place("Users", "/admin/users", "people", "users.manage", about="Who signs in, and as what"),
    Place("Stages", "/admin/stages", "columns", "stages.manage", about="The way that every turn goes"),
    Place("Settings", "/admin/settings", "key", "settings.manage", about="Limits, tolerances, the time zone"),
    Place("Property types", "/admin/property-types", "home", "property_types.manage", about="What a home may be"),
    Place("Audit", "/audit", "history", "audit.see", about="Who did what, and proof that nobody changed it"),
    Place("Import", "/admin/import", "import", "imports.run", about="Homes, turns and vendors from a spreadsheet"),
    Place("Outbox", "/admin/outbox", "mail", "mail.manage", about="Mail that was sent, waits, or failed"),
    Place("Texts", "/admin/texts", "comment", "texts.manage", about="The words in which people are told"),
    Place("Webhooks", "/admin/webhooks", "external", "webhooks.manage", about="Programs that are told what happens"),
    Place("Jobs", "/admin/jobs", "queue", "jobs.manage", about="What waits, runs, or failed"),
    Place("Health", "/admin/health", "ok", "health.see", about="Databases, Redis and workers"),
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(dom_id=dom_id, may=_may)

    @app.context_processor
    def frame() -> dict[str, Any]:
        identity: Identity | None = g.get("identity")
        return {
            "me": identity,
            "places": _open_to(identity, PLACES),
            "desk": _open_to(identity, DESK),
            "theme": identity.theme if identity else "system",
        }


def desk_pages(identity: Identity, typed: str) -> list[Place]:
    """The pages of administration whose name contains what was typed: the rail has one place for all of them."""
    return [place for place in _open_to(identity, DESK) if typed.lower() in place.name.lower()]


def _open_to(identity: Identity | None, places: tuple[Place, ...]) -> list[Place]:
    return [place for place in places if identity and allows(identity, place.action)]


def dom_id(noun: str, id: Any, piece: str = "") -> str:
    """`turn-<uuid>`, `turn-<uuid>-money`: the id of a row's element, or of a piece of it."""
    return f"{noun}-{id}-{piece}" if piece else f"{noun}-{id}"


def _may(action: str) -> bool:
    identity: Identity | None = g.get("identity")
    return identity is not None and allows(identity, action)
