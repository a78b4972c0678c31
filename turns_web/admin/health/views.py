"""/admin/health: what /readyz tells machines, in words."""

from __future__ import annotations

from flask import Blueprint, Response

from turns_web.admin.health.rules import parts
from turns_web.web import health
from turns_web.web.auth import allow
from turns_web.web.render import respond

bp = Blueprint("admin_health", __name__)


@bp.get("/admin/health")
@allow("health.see")
def index() -> Response:
    report = health.report()
    return respond("admin/health.html", "admin/_health.html", parts=parts(report), warnings=report["warnings"])
