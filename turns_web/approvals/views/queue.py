"""/approvals: what waits for a decision, and what became of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import abort, g, request

from turns_web.access import allows
from turns_web.approvals.queue import queries
from turns_web.approvals.queue.decided import decided
from turns_web.approvals.queue.items import Item
from turns_web.approvals.reasons import REASONS
from turns_web.approvals.views.blueprint import bp
from turns_web.core import db
from turns_web.core.names import names_of
from turns_web.turns.filters import Filters
from turns_web.web.auth import allow
from turns_web.web.forms import Form
from turns_web.web.paging import address, unpack, window
from turns_web.web.render import respond

# For those who decide; others come for what became of what they sent.
_PARTS = {"mine": "For you", "other": "Elsewhere", "sent": "Sent by you", "decided": "My decisions"}
_SENDERS_PARTS = {"sent": "Sent by you", "other": "All that waits"}
_SORTS = (("", "Leased, then oldest"), ("-turn_amount", "Amount"), ("move_in_date", "Move-in"))


@bp.get("/approvals")
@allow("approvals.see")
def queue():
    """What waits: for approvers theirs first, for others what they sent."""
    decides = allows(g.identity, "approvals.decide")
    parts = _PARTS if decides else _SENDERS_PARTS
    part = request.args.get("part") or next(iter(parts))
    if part not in _PARTS:
        abort(400)
    if part not in parts:
        # An address kept from the days when they stood in for somebody: now they come for what they sent.
        part = next(iter(parts))
    filters = Filters.of(request.args)
    if part == "decided":
        filters = filters.unsorted()
    after = unpack(request.args.get("cursor"), 2 if filters.sort or part == "decided" else 3)
    with db.read(g.identity) as session:
        if part == "decided":
            found = decided(session, g.identity, filters, after)
        else:
            found = queries.queue(session, g.identity, part, filters, after)
        sums = queries.sums(session, g.identity, filters)
        names = names_of(session, filters.wanted_names())
    shown = window(found, queries.SIZE, lambda item: item.key)
    return respond(
        "approvals/queue.html",
        "approvals/_window.html",
        items=shown.rows,
        following=_following(found) if part != "decided" else {},
        next=address(cursor=shown.next, open=None) if shown.next else None,
        first=after is None,
        sums=sums,
        part=part,
        tab_items=[(label, address(part=name, open=None), _count(sums, name)) for name, label in parts.items()],
        sorts=[(words, address(sort=sort or None, open=None), "") for sort, words in _SORTS],
        sorted=dict(_SORTS).get(filters.sort or ""),
        parts=parts,
        reasons=REASONS,
        decides=decides,
        filters=filters,
        chips=filters.chips(names),
        open_id=request.args.get("open", ""),
        keys=Form(),
    )


def _count(sums: Any, part: str) -> int | None:
    return sums[part].count if part in sums else None


def _following(items: list[Item]) -> dict[Any, str]:
    """For each item the query of this list with the item that comes after it open."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name not in ("cursor", "open")]
    after = [item.turn_id for item in items[1:]]
    return {
        item.turn_id: urlencode(query + ([("open", after[at])] if at < len(after) else []))
        for at, item in enumerate(items)
    }
