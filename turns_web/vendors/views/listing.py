"""/vendors: the list under its filters, a window at a time."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from flask import Response, abort, g, request

from turns_web.core import db, keyset
from turns_web.core.keyset import Key
from turns_web.core.listing import Filter
from turns_web.schema import vendors
from turns_web.settings.queries import today
from turns_web.vendors import rules
from turns_web.vendors.fields import INSURANCE
from turns_web.vendors.filters import LISTING
from turns_web.vendors.queries import listing as queries
from turns_web.vendors.views.blueprint import bp
from turns_web.web.auth import allow
from turns_web.web.paging import address, canonical, pack, unpack
from turns_web.web.render import is_partial, respond


@bp.get("/vendors")
@allow("vendors.see")
def listing() -> Response:
    asked, after = _asked()
    with db.read(g.identity) as session:
        day = today(session, time.monotonic())
        rows = queries.window(session, asked, after, day)
        if is_partial() and after:
            return respond("vendors/_rows.html", **_rows(asked, rows, day))
        total = queries.count(session, asked, day)
        offered = queries.offered(session)
    answer = respond(
        "vendors/list.html",
        "vendors/_list.html",
        **_rows(asked, rows, day),
        asked=asked,
        total=total,
        chips=_chips(asked),
        offered=offered,
        insurances=INSURANCE,
        head=address(sort=None),
    )
    if is_partial():
        answer.headers["HX-Replace-Url"] = canonical()
    return answer


def _asked() -> tuple[Filter, Key | None]:
    """The filter, and where the window begins. A 400 page for what is none."""
    asked = LISTING.parse(request.args)
    try:
        return asked, keyset.parse_key(LISTING.order(asked.sort, vendors), unpack(request.args.get("cursor"), 2))
    except (ValueError, TypeError):
        abort(400)


def _rows(asked: Filter, rows: list[queries.ListRow], day: date) -> dict[str, Any]:
    shown = rows[: queries.WINDOW]
    following = None
    if len(rows) > queries.WINDOW:
        value = getattr(shown[-1], asked.sort.removeprefix("-"))
        following = address(cursor=pack([value, shown[-1].id]))
    return {
        "rows": shown,
        "insurance": {
            row.id: (rules.insurance(row.insurance_expiry, day), rules.insurance_words(row.insurance_expiry, day))
            for row in shown
        },
        "following": following,
    }


def _chips(asked: Filter) -> list[tuple[str, str, str]]:
    """(label, value in words, the address without it) of each filter in force."""
    chips = [("Find", asked.q, address(q=None))] if asked.q else []
    for name, values in asked.values.items():
        kind = LISTING.filters[name]
        words = " or ".join(kind.words(value) for value in values)
        chips.append((kind.label, words, address(**{name: None})))
    return chips
