"""/properties: the list under its filters, a window at a time, in the columns that the person chose."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, abort, g, redirect, request

from turns_web.accounts.actions import set_preferences
from turns_web.core import db, keyset
from turns_web.core.fields import Ref, say
from turns_web.core.keyset import Key
from turns_web.core.listing import Filter
from turns_web.properties import columns, rules
from turns_web.properties.fields import STATUSES
from turns_web.properties.filters import LISTING
from turns_web.properties.queries import listing as queries
from turns_web.properties.queries import options
from turns_web.properties.views.blueprint import bp
from turns_web.schema import properties
from turns_web.settings.queries import today
from turns_web.web.auth import allow, own_path
from turns_web.web.paging import address, canonical, pack, unpack
from turns_web.web.render import is_partial, private, respond


@bp.get("/properties")
@allow("properties.see")
def listing() -> Response:
    asked, after = _asked()
    with db.read(g.identity) as session:
        day = today(session, time.monotonic())
        found = queries.window(session, asked, after, day, g.identity)
        if is_partial() and after:
            return respond("properties/_rows.html", **_rows(asked, found.rows))
        total = queries.count(session, asked, day, g.identity) if found.total is None else found.total
        managers, markets = options.managers(session), options.markets(session)
    answer = respond(
        "properties/list.html",
        "properties/_list.html",
        **_rows(asked, found.rows),
        asked=asked,
        total=total,
        all_columns=columns.COLUMNS,
        chips=_chips(asked, dict(managers["PROPERTY_MANAGER"] + managers["SR_PROPERTY_MANAGER"])),
        managers=managers,
        markets=markets,
        statuses=STATUSES,
        here=canonical(),
        head=address(sort=None),
    )
    if is_partial():
        answer.headers["HX-Replace-Url"] = canonical()
    return answer


def _asked() -> tuple[Filter, Key | None]:
    """The filter, and where the window begins. A 400 page for what is none."""
    asked = LISTING.parse(request.args)
    try:
        return asked, keyset.parse_key(LISTING.order(asked.sort, properties), unpack(request.args.get("cursor"), 2))
    except (ValueError, TypeError):
        abort(400)


def _rows(asked: Filter, rows: list[queries.ListRow]) -> dict[str, Any]:
    shown = rows[: queries.WINDOW]
    following = None
    if len(rows) > queries.WINDOW:
        value = getattr(shown[-1], asked.sort.removeprefix("-"))
        following = address(cursor=pack([value, shown[-1].id]))
    return {
        "rows": shown,
        "columns": columns.chosen(g.identity),
        "following": following,
        "may_assign": rules.may_assign(g.identity),
    }


def _chips(asked: Filter, names: Mapping[UUID, str]) -> list[tuple[str, str, str]]:
    """(label, value in words, the address without it) of each filter in force."""
    chips = [("Find", asked.q, address(q=None))] if asked.q else []
    for name, values in asked.values.items():
        kind = LISTING.filters[name]
        if isinstance(kind, Ref) and kind.to != "people":
            names = {**names, **dict.fromkeys(values, "the chosen one")}
        words = " or ".join(say(kind, value, names) for value in values)
        chips.append((kind.label, words, address(**{name: None})))
    return chips


@bp.post("/properties/columns")
@allow("properties.see")
def choose_columns() -> Response:
    """Keep which columns the list shows, for this person, on every device."""
    names = None if request.form.get("default") else columns.known(request.form.getlist("column"))
    with db.write(g.identity) as session:
        set_preferences(session, g.identity, property_columns=names)
    return private(redirect(own_path(request.form.get("next")) or "/properties", 303))
