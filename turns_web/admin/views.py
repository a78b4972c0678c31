"""/admin: where administration begins, and what there is to be seen to."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from redis import RedisError

from turns_web.admin.health.rules import parts
from turns_web.core import queue
from turns_web.web import health
from turns_web.web.auth import allow
from turns_web.web.filters import plural
from turns_web.web.render import respond

bp = Blueprint("admin", __name__)


@bp.get("/admin")
@allow("admin.see")
def index() -> Response:
    return respond("admin/index.html", todo=_to_be_seen_to())


def _to_be_seen_to() -> list[tuple[str, str]]:
    """(what is not as it should be, the page that tells more)."""
    report = health.report()
    ailing = [part for part in parts(report) if part.state in ("late", "risk")]
    said = [(f"{part.name}: {part.word.lower()}. {part.means}", "/admin/health") for part in ailing]
    said += [(warning, "/admin/health") for warning in report["warnings"]]
    try:
        failed = queue.look(current_app.config["REDIS_URL"]).failed_count
    except RedisError:
        failed = 0  # the report has said it
    return said + ([(f"{plural(failed, 'job')} failed.", "/admin/jobs")] if failed else [])
