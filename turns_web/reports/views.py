"""/reports: the figures of a period as a page, each leading to the list that it counts."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from turns_web.core import clock, db
from turns_web.core.names import names_of
from turns_web.reports import calendar, queries, tables, tiles, words
from turns_web.reports.asking import Asked
from turns_web.reports.definitions import DEFINITIONS
from turns_web.reports.frame import AGAINST, Frame
from turns_web.reports.homes import most_turned
from turns_web.reports.links import Lists
from turns_web.reports.trend import trend
from turns_web.turns.board.options import options
from turns_web.turns.filters import FILTERS
from turns_web.web.auth import allow
from turns_web.web.render import respond

bp = Blueprint("reports", __name__)

# The filters that can be chosen here; an address may have any of the lists'.
OFFERED = ("market", "property_manager_id", "sr_property_manager_id", "vendor_id")


@bp.get("/reports")
@allow("reports.see")
def index() -> Response:
    today = clock.today(g.identity.portfolio_zone)
    frame = Frame.of(request.args, Asked.of(request.args, today))
    found = queries.dashboard(g.identity, frame.asked)
    other = queries.held_against(g.identity, frame.asked, frame.against)
    with db.read_replica(g.identity) as session:
        names = names_of(session, frame.filters.wanted_names())
        choices = options(session)
    lists = Lists(frame.asked)
    return respond(
        "reports/index.html",
        "reports/_report.html",
        frame=frame,
        days=calendar.days(frame.period),
        against=AGAINST,
        found=found,
        # Who wrote a moment ago is answered by the primary too, and nothing is wrong then.
        is_diverted=found.source == "primary" and not db.replica_in_use(),
        chips=frame.filters.chips(names),
        offered=[(name, FILTERS[name].kind.label, choices[name]) for name in OFFERED],
        tiles=tiles.tiles(found, other, frame.other_name, lists),
        stages=tables.stages(found, lists),
        trend=trend(g.identity, frame.asked, found.completed),
        groupings=tables.groupings(found.completed, lists),
        vendors=tables.vendors(found.completed, lists),
        homes=tables.homes(most_turned(g.identity, frame.asked), lists),
        approvers=tables.approvers(found.completed, lists),
        listed=lists.rows(),
        say=words,
        definitions=DEFINITIONS,
    )
