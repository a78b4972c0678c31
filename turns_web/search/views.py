"""/palette: the rows behind Ctrl K, and a page of what was found where there is no script."""

from flask import Blueprint, g, request

from turns_web.core import db
from turns_web.search import queries
from turns_web.web.auth import allow
from turns_web.web.render import respond
from turns_web.web.shell import desk_pages

bp = Blueprint("search", __name__)

# Longer than any address; more letters find nothing and only cost time.
LONGEST = 100


@bp.get("/palette")
@allow("search.all")
def palette():
    typed = request.args.get("q", "").strip()[:LONGEST]
    with db.read_replica(g.identity) as session:
        found = queries.found(session, typed)
    pages = desk_pages(g.identity, typed) if len(typed) >= queries.LEAST_LETTERS else []
    return respond("search/found.html", "search/_found.html", q=typed, found=found, pages=pages, around=queries.around)
