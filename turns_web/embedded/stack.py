"""The parts together: `Stack(home).start()`, then `addresses` and `stop()`. Tests use it as `bin/run` does."""

import hashlib
import json
import os
import stat
from contextlib import suppress
from pathlib import Path

from turns_web.config import Addresses

from . import binaries, ports
from .bootstrap import DATABASE, bootstrap
from .errors import Refused
from .part import Part
from .postgres import Primary, Replica, give_to_postgres
from .secrets import secrets_of
from .valkey import Valkey


class Stack:
    """home: TURNS_HOME. durable=False gives up what only a power cut would show, for the speed of tests."""

    def __init__(self, home: Path, *, database: bool = True, redis: bool = True, durable: bool = True):
        self.home = home
        self.database = database
        private_home(home)
        self.secrets = secrets_of(home)
        self.parts: list[Part] = []
        chosen = _chosen_ports(home)
        if database:
            self.primary = Primary(home, socket_folder(home), chosen["primary"], self.secrets, durable)
            self.replica = Replica(self.primary, home, chosen["replica"])
            self.parts += [self.primary, self.replica]
        if redis:
            self.redis = Valkey(home, chosen["redis"], self.secrets.redis)
            self.parts.append(self.redis)

    def start(self) -> Addresses:
        """Everything up, in order, roles and database made; returns where it is. On trouble nothing is left running."""
        if self.database:
            socket_folder(self.home)
        try:
            for part in self.parts:
                part.bring_up()
                if part is getattr(self, "primary", None):
                    bootstrap(self.primary, self.secrets)
        except BaseException:
            self.stop()
            raise
        self.addresses.write(self.home)
        return self.addresses

    def stop(self) -> None:
        """In reverse, the replica before the primary."""
        for part in reversed(self.parts):
            part.stop()
        if self.database:
            with suppress(OSError):  # a server that had to be killed left its socket, for the next start to clear
                self.primary.sockets.rmdir()

    @property
    def addresses(self) -> Addresses:
        return self.addresses_of(DATABASE)

    def addresses_of(self, database: str) -> Addresses:
        """The same servers, with another of their databases."""
        known: dict[str, str] = {}
        if self.database:
            for prefix, server in (("", self.primary), ("replica_", self.replica)):
                known[f"{prefix}app"] = server.url("turns_app", self.secrets.app, database)
                known[f"{prefix}owner"] = server.url("turns_owner", self.secrets.owner, database)
        if hasattr(self, "redis"):
            known["redis"] = self.redis.url
        return Addresses(**known)


def private_home(home: Path) -> None:
    """Make the folder, or find that we may write in it."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / "run").mkdir(exist_ok=True)
        (home / "logs").mkdir(exist_ok=True)
    except OSError as problem:
        raise Refused(f"TURNS_HOME={home} cannot be used: {problem.strerror}. Name another folder.") from None
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        raise Refused(f"TURNS_HOME={home} cannot be read and written by this user. Name another folder.")


def socket_folder(home: Path) -> Path:
    """A socket's path holds 107 bytes, a checkout's may be longer: so a short private folder, named after the home."""
    user = Path(f"/run/user/{os.geteuid()}")
    base = user if os.access(user, os.W_OK) else Path("/tmp")  # noqa: S108 # owner and mode are checked below
    folder = base / f"turns-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"
    try:
        folder.mkdir(mode=0o700)
        give_to_postgres(folder)
    except FileExistsError:
        found = folder.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == binaries.run_postgres_as().owner
        if not ours or stat.S_IMODE(found.st_mode) != 0o700:
            raise Refused(f"{folder} belongs to somebody else or is open to others: remove it.") from None
    return folder


def _chosen_ports(home: Path) -> dict[str, int]:
    """The ports of the last start where they are free, so that a printed address stays good."""
    path = home / "run" / "ports.json"
    try:
        before = {str(name): int(port) for name, port in json.loads(path.read_text()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        before = {}  # a hint only: new ones do as well
    chosen: dict[str, int] = {}
    for name in ("primary", "replica", "redis"):
        port = ports.choose(before.get(name))
        while port in chosen.values():
            port = ports.choose(None)
        chosen[name] = port
    path.write_text(json.dumps(chosen))
    return chosen
