"""/admin/users: the people under the filters, a window at a time, and a form that invites one more."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, g, request

from turns_web.accounts.fields import USER
from turns_web.admin.people import actions
from turns_web.admin.people import listing as people
from turns_web.admin.people.listing import LISTING, STATES
from turns_web.admin.people.views.blueprint import bp, public_address
from turns_web.admin.people.views.forms import as_typed, options, typed
from turns_web.core import db, keyset
from turns_web.core.fields import parse_all
from turns_web.core.keyset import Key
from turns_web.core.listing import Filter
from turns_web.schema import users
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to
from turns_web.web.paging import address, canonical, pack, unpack
from turns_web.web.render import done, is_partial, respond


@bp.get("/admin/users")
@allow("users.manage")
def index(form: Form | None = None) -> Response:
    asked, after = _asked()
    with db.read(g.identity) as session:
        rows = people.window(session, asked, after)
        if is_partial() and after:
            return respond("people/_rows.html", **_rows(asked, rows))
        total = people.count(session, asked)
        offered = options(session)
    answer = respond(
        "people/list.html",
        "people/_list.html",
        **_rows(asked, rows),
        **offered,
        asked=asked,
        total=total,
        chips=_chips(asked, dict(offered["companies"])),
        head=address(sort=None),
        form=as_typed(form) or Form.of({}, USER),
        fields=USER,
    )
    if is_partial():
        answer.headers["HX-Replace-Url"] = canonical()
    return answer


@bp.post("/admin/users")
@allow("users.manage")
@refused_to(index)
def invite() -> Response:
    asked = parse_all(USER, typed())

    def act() -> dict[str, str]:
        row = actions.invite(session, g.identity, asked, public_address())
        return {"id": str(row["id"])}

    with db.write(g.identity) as session:
        answer = once(session, act)
    flash(f"The invitation is on its way to {asked['email']}.")
    return done(f"/admin/users/{answer['id']}")


def _asked() -> tuple[Filter, Key | None]:
    """The filter, and where the window begins. A 400 page for what is none."""
    asked = LISTING.parse(request.args)
    try:
        return asked, keyset.parse_key(LISTING.order(asked.sort, users), unpack(request.args.get("cursor"), 2))
    except (ValueError, TypeError):
        abort(400)


def _rows(asked: Filter, rows: list[people.ListRow]) -> dict[str, Any]:
    shown = rows[: people.WINDOW]
    following = None
    if len(rows) > people.WINDOW:
        value = getattr(shown[-1], asked.sort.removeprefix("-"))
        following = address(cursor=pack([value, shown[-1].id]))
    return {"rows": shown, "following": following, "states": STATES}


def _chips(asked: Filter, companies: dict[Any, str]) -> list[tuple[str, str, str]]:
    """(label, value in words, the address without it) of each filter in force."""
    chips = [("Find", asked.q, address(q=None))] if asked.q else []
    for name, values in asked.values.items():
        kind = LISTING.filters[name]
        words = " or ".join(companies.get(value) or kind.words(value) for value in values)
        chips.append((kind.label, words, address(**{name: None})))
    return chips
