"""GET /api/<table> and /api/<table>/<id>: the rows that this person may see, a window at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Response, abort, g, request

from turns_web.api.address import faults
from turns_web.api.answers import answer
from turns_web.api.blueprint import bp
from turns_web.api.collections import COLLECTIONS, Collection, Found
from turns_web.api.rows import as_json
from turns_web.core import db, keyset
from turns_web.core.errors import Invalid
from turns_web.core.fields import FieldError, Whole
from turns_web.core.keyset import Key
from turns_web.core.versioned import load
from turns_web.settings.queries import today
from turns_web.web.auth import allow
from turns_web.web.paging import unpack, window

USUAL, MOST = 50, 200
LIMIT = Whole(label="Limit", least=1, most=MOST)
# What every list takes beside its filters.
BESIDE = ("q", "sort", "limit", "cursor")


def route(collection: Collection) -> None:
    """An address of its own for each table: what there is not, is not there before anybody is asked to sign in."""
    see: Callable[[Callable], Callable] = allow(collection.see)
    row_id = f"{collection.row}_id"

    def one(**ids: UUID) -> Response:
        return _row(collection, ids[row_id])

    bp.add_url_rule(f"/{collection.name}", f"list_{collection.name}", see(partial(_rows, collection)))
    bp.add_url_rule(f"/{collection.name}/<uuid:{row_id}>", f"read_{collection.row}", see(one))


def _rows(collection: Collection) -> Response:
    limit = _checked(collection)
    with db.read(g.identity) as session:
        found = collection.find(request.args, today(session, time.monotonic()), g.identity)
        rows = keyset.whole_rows(session, found.statement, found.order, _after(found), limit + 1)
    listed = window(rows, limit, lambda row: [found.sort, row[keyset.ORDERED_BY], row["id"]])
    return answer({"data": [as_json(collection.table, row) for row in listed.rows], "next": listed.next})


def _row(collection: Collection, id: UUID) -> Response:
    with db.read(g.identity) as session:
        return answer({"data": as_json(collection.table, load(session, collection.table, id))})


def _checked(collection: Collection) -> int:
    """The limit. Raises Invalid for a name that the list does not know, and for one that comes without a value."""
    found = faults(collection.filters, BESIDE)
    try:
        limit = LIMIT.parse(request.args.get("limit"))
    except FieldError as refused:
        found["limit"] = str(refused)
    if found:
        raise Invalid(found)
    return limit or USUAL


def _after(found: Found) -> Key | None:
    """Where the window begins. A bad request where the cursor is none, or none of this order."""
    if "cursor" not in request.args:
        return None
    try:
        cursor = unpack(request.args["cursor"], 3)
        if cursor is None or cursor[0] != found.sort:
            raise ValueError("a cursor of another order")
        return keyset.parse_key(found.order, cursor[1:])
    except (ValueError, TypeError):
        abort(400, "The cursor is none of this list and order: begin without one.")


for each in COLLECTIONS:
    route(each)
