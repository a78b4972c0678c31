"""Jobs are asked for by name, so that turns_web need not import workers: each name has to be one."""

import re

from turns_web.admin.jobs.fields import CHORES, JOBS
from turns_web.config import CHECKOUT
from workers import jobs
from workers.schedule import SCHEDULE


def asked_for():
    sources = [path.read_text() for part in ("turns_web", "workers") for path in (CHECKOUT / part).rglob("*.py")]
    asked = {name for source in sources for name in re.findall(r'\benqueue\(\s*session,\s*"(\w+)"', source)}
    assert asked, "the pattern finds no call any more"
    return asked


def test_every_job_that_is_asked_for_exists():
    assert asked_for() <= set(vars(jobs))


def test_every_job_that_is_asked_for_has_a_name_for_people():
    assert asked_for() == set(JOBS)


def test_every_chore_has_a_name_for_people():
    assert set(SCHEDULE) == set(CHORES)
