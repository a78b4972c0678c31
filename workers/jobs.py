"""What RQ runs: each job is one line that calls an action, in the name of whoever asked for it.

A job carries a user's id and never rights: what the person may do is asked when the job runs.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

import structlog

from turns_web.accounts.queries import identity_by_id
from turns_web.config import load_settings
from turns_web.core import db
from turns_web.core.identity import Identity
from turns_web.exports import making, sources
from turns_web.imports import desk
from turns_web.subjects import SUBJECTS

log = structlog.get_logger(__name__)
sources.speak_of(SUBJECTS)


def job(act: Callable[..., None]) -> Callable[..., None]:
    """Run `act(who, **ids)` as the person, with connections of this process's own. Somebody disabled does no more."""

    @wraps(act)
    def run(user_id: str, **ids: str) -> None:
        db.configure(load_settings())
        try:
            who = identity_by_id(UUID(user_id))
            if who is None:
                log.warning("a job's person is gone", job=act.__name__, user_id=user_id)
                return
            act(who, **ids)
        finally:
            db.dispose()

    return run


@job
def import_file(who: Identity, import_id: str) -> None:
    desk.work(who, UUID(import_id))


@job
def make_export(who: Identity, export_id: str) -> None:
    """As the system user: the row says in whose name it is read, and ends also where that person is gone."""
    making.work(UUID(export_id))
