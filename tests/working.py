"""The workers' process beside a test's server, as `bin/run` starts it."""

import os
import signal
import sys
from contextlib import contextmanager

from turns_web.config import CHECKOUT
from turns_web.embedded import children


@contextmanager
def working(database, **variables):
    """variables: further ones of its environment. Gives the process, and stops it."""
    process = children.spawn(
        [sys.executable, "-m", "workers"],
        database.home / "workers.log",
        env={**os.environ, **database.environment, **variables},
        cwd=CHECKOUT,
    )
    yield process
    children.stop(process, signal.SIGTERM, 10)
