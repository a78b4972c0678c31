"""/admin/jobs: what waits, runs and failed, and once more."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, current_app, g
from redis import RedisError

from turns_web.admin.doing import do
from turns_web.admin.jobs import queries
from turns_web.core import db, queue
from turns_web.core.clock import now
from turns_web.core.errors import ALL, Invalid, Unavailable
from turns_web.web.auth import allow
from turns_web.web.forms import Form, refused_to
from turns_web.web.render import done, respond

bp = Blueprint("jobs", __name__)


@bp.get("/admin/jobs")
@allow("jobs.manage")
def index(job_id: UUID | None = None, form: Form | None = None) -> Response:
    """job_id: the one that was to be tried again and could not be."""
    try:
        jobs = queue.look(current_app.config["REDIS_URL"])
    except RedisError:
        jobs = None
    with db.read(g.identity) as session:
        backlogs = queries.backlogs(session)
        routine = queries.routine(session)
        people = queries.people_of(session, [*jobs.waiting, *jobs.running, *jobs.failed]) if jobs else {}
    return respond(
        "admin/jobs.html",
        "admin/_jobs.html",
        jobs=jobs,
        backlogs=backlogs,
        routine=routine,
        now=now(),
        people=people,
        words_of=queries.words_of,
        form=form or Form(),
    )


@bp.post("/admin/jobs/<uuid:job_id>/retry")
@allow("jobs.manage")
@refused_to(index)
def retry(job_id: UUID) -> Response:
    do(lambda session: _again(job_id), "The job waits once more.")
    return done("/admin/jobs")


def _again(job_id: UUID) -> None:
    try:
        waits = queue.again(current_app.config["REDIS_URL"], str(job_id))
    except RedisError as away:
        raise Unavailable() from away
    if not waits:
        raise Invalid({ALL: "This job is not among the failed ones any more."})
