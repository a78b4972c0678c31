"""/admin: where administration begins."""

from __future__ import annotations

from flask import Blueprint, Response

from turns_web.web.auth import allow
from turns_web.web.render import respond

bp = Blueprint("admin", __name__)


@bp.get("/admin")
@allow("admin.see")
def index() -> Response:
    return respond("admin/index.html")
