"""Jobs are asked for by name, so that turns_web need not import workers: each name has to be one."""

import re

from turns_web.config import CHECKOUT
from workers import jobs


def test_every_job_that_is_asked_for_exists():
    sources = [path.read_text() for part in ("turns_web", "workers") for path in (CHECKOUT / part).rglob("*.py")]
    asked = {name for source in sources for name in re.findall(r'\benqueue\(\s*session,\s*"(\w+)"', source)}
    assert asked, "the pattern finds no call any more"
    assert asked <= set(vars(jobs))
