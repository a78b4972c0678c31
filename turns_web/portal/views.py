"""/portal: a company's own work, for reading."""

from __future__ import annotations

import time

from flask import Blueprint, g, request

from turns_web.core import db
from turns_web.portal import queries
from turns_web.settings.queries import today
from turns_web.web.auth import allow
from turns_web.web.paging import address, unpack, window
from turns_web.web.render import respond

bp = Blueprint("portal", __name__)


@bp.get("/portal")
@allow("portal.see")
def jobs():
    after = unpack(request.args.get("cursor"), 3)
    with db.read(g.identity) as session:
        day = today(session, time.monotonic())
        found = queries.jobs(session, g.identity.vendor_id, day, after)
    shown = window(found, queries.SIZE, lambda job: job.key)
    return respond(
        "portal/jobs.html",
        "portal/_jobs.html",
        jobs=shown.rows,
        next=address(cursor=shown.next) if shown.next else None,
        first=after is None,
    )
