"""One `bin/run` for each TURNS_HOME. The kernel lets go of the lock however the holder ends."""

import fcntl
import os
from pathlib import Path

from turns_web.embedded.errors import Refused


def hold(home: Path) -> int:
    """Returns the open file; the lock lasts as long as it is open. Refused where somebody holds it."""
    path = home / "run" / "lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode().strip()
        os.close(descriptor)
        raise Refused(f"Turns is already running from {home} (process {holder}). Stop it first.") from None
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor
