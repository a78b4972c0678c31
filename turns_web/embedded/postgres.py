"""A Postgres primary and its streaming replica, each a `postgres` started directly as a child.

Never through pg_ctl: a server that it started and that was killed stays a zombie of process 1 in many containers,
and then its lock file is never free.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from . import binaries, children, ports
from .errors import Refused
from .part import Part
from .secrets import Secrets

SLOT = "replica1"
SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling a page's short statements costs more than it saves
    "wal_level": "logical",
    "max_wal_size": "2GB",
    "max_wal_senders": "10",
    "max_replication_slots": "10",
    # A replica that stays away longer than this much WAL is made anew; the primary's disk does not fill up.
    "max_slot_wal_keep_size": "1GB",
    "hot_standby_feedback": "on",
    "wal_retrieve_retry_interval": "500ms",
    "shared_preload_libraries": "pg_stat_statements",
    "log_line_prefix": "%m [%p] ",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Part):
    """What primary and replica share. `sockets` is the private folder of their sockets."""

    polite = signal.SIGINT  # "fast": transactions are rolled back, clients are told, the data is left clean
    patience_s = 30.0

    def __init__(self, home: Path, sockets: Path, port: int, secrets: Secrets, durable: bool):
        self.folder = home / "postgres" / self.name
        self.log = home / "logs" / f"{self.name}.log"
        self.sockets = sockets
        self.port = port
        self.secrets = secrets
        self.settings = SETTINGS | ({} if durable else NOT_DURABLE)
        self.address = f"{ports.LOOPBACK}:{port}"

    def url(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{password}@{self.address}/{database}"

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        """For this package and the supervisor; nothing that serves people signs in with it."""
        return psycopg.connect(
            host=str(self.sockets),
            port=self.port,
            user="postgres",
            password=self.secrets.superuser,
            dbname=database,
            connect_timeout=2,
            autocommit=True,
        )

    def ready(self) -> bool:
        try:
            with self.superuser() as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def serve(self, **more: str) -> None:
        self._clear_lock()
        options = (
            self.settings
            | _shared_memory()
            | {"unix_socket_directories": str(self.sockets), "port": str(self.port)}
            | more
        )
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self.process = self.child("postgres", "-D", str(self.folder), *settings)

    def child(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        argv = [*binaries.run_postgres_as().prefix, binaries.postgres(program), *arguments]
        # SIGQUIT: when we are killed it ends at once, and recovers at the next start as after any crash.
        return children.spawn(argv, self.log, death_signal=signal.SIGQUIT)

    def _clear_lock(self) -> None:
        """The lock file of a server that was killed names a process number, which by now somebody else may have: after
        a restart of the machine or container Postgres would refuse to start because of a stranger."""
        lock = self.folder / "postmaster.pid"
        try:
            pid = int(lock.read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError, IndexError):
            return  # no lock, or nobody has the number: Postgres clears it itself
        if str(self.folder).encode() not in command:
            lock.unlink()

    def refuse_foreign_state(self) -> None:
        try:
            major = int((self.folder / "PG_VERSION").read_text())
        except (OSError, ValueError) as problem:
            raise Refused(f"{self.folder} holds no readable database ({problem}).") from None
        if major != binaries.postgres_major():
            raise Refused(f"{self.folder} was made by PostgreSQL {major}, this is {binaries.postgres_major()}.")


class Primary(Postgres):
    name = "primary"

    def launch(self) -> None:
        if not self.folder.exists():
            self._initialize()
        self.refuse_foreign_state()
        self.serve()

    def _initialize(self) -> None:
        """Made beside its place and renamed, so that an interrupted start leaves no half database."""
        half = fresh_folder(self.folder)
        password_file = half.with_suffix(".password")
        password_file.write_text(self.secrets.superuser)
        give_to_postgres(password_file)
        making = self.child(
            "initdb", "-D", str(half), "-U", "postgres", "-E", "UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--auth-host=scram-sha-256", "--auth-local=scram-sha-256",
            f"--pwfile={password_file}", "--no-instructions", "--no-sync",
        )  # fmt: skip
        failed = making.wait()
        password_file.unlink()
        if failed:
            raise Refused(f"initdb failed. {self.last_words()}")
        half.rename(self.folder)


class Replica(Postgres):
    """Streams from the primary through a slot. Where it cannot go on from what it has, it is copied anew."""

    name = "replica"

    def __init__(self, primary: Primary, home: Path, port: int):
        super().__init__(home, primary.sockets, port, primary.secrets, durable=True)
        self.settings = primary.settings
        self.primary = primary
        self.copying: Path | None = None

    def launch(self) -> None:
        """Two steps, each a child process, so that nobody waits for the copy of a large database: the copy first,
        and when that has ended well, and launch is called again, the server."""
        if self.copying is not None:
            copy, self.copying = self.copying, None
            if self.process is not None and self.process.poll() == 0:
                copy.rename(self.folder)
        if self.folder.exists() and not self.slot_is_good():
            shutil.rmtree(self.folder)
        if not self.folder.exists():
            self._begin_copy()
        else:
            self.refuse_foreign_state()
            self.serve(primary_conninfo=self._source(), primary_slot_name=SLOT)

    def running(self) -> bool:
        """Without its files it is of no use, though it takes the server a minute to find out."""
        return super().running() and (self.copying is not None or (self.folder / "PG_VERSION").exists())

    def ready(self) -> bool:
        return self.copying is None and super().ready()

    def goes_on(self) -> bool:
        return self.copying is not None and self.process is not None and self.process.poll() == 0

    def copy_anew(self) -> None:
        """Drop what is there; the next launch copies."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def streams(self) -> bool:
        try:
            with self.primary.superuser() as connection:
                found = connection.execute(
                    "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND application_name = %s", [SLOT]
                ).fetchone()
        except psycopg.Error:
            return False
        return found is not None

    def slot_is_good(self) -> bool:
        """Whether the primary still keeps the WAL that the replica needs. Only a clear no makes a new copy."""
        try:
            with self.primary.superuser() as connection:
                row = connection.execute(
                    "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
                ).fetchone()
        except psycopg.Error:
            return True
        return row is not None and row[0] != "lost"

    def _begin_copy(self) -> None:
        try:
            with self.primary.superuser() as connection:
                connection.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                    " WHERE slot_name = %s AND NOT active",
                    [SLOT],
                )
        except psycopg.Error:
            pass  # then the copy fails, its log says why, and the next launch tries again
        self.copying = fresh_folder(self.folder)
        self.process = self.child(
            "pg_basebackup", "-D", str(self.copying), "-d", self._source(), "-R", "-X", "stream", "-C", "-S", SLOT,
            "-c", "fast", "--no-sync",
        )  # fmt: skip

    def _source(self) -> str:
        """Through the socket, with the password in a file: a command line is read by everybody on the machine."""
        passfile = self.folder.with_name("replication.pgpass")
        passfile.write_text(f"*:*:*:turns_repl:{self.secrets.replication}\n")
        give_to_postgres(passfile)
        return make_conninfo(
            host=str(self.sockets),
            port=self.primary.port,
            user="turns_repl",
            passfile=str(passfile),
            application_name=SLOT,
        )


def _shared_memory() -> dict[str, str]:
    """Containers often have 64 MB of it; a large parallel query needs more, and then takes files instead."""
    try:
        found = os.statvfs("/dev/shm")  # noqa: S108 # looked at, not written to
        has_room = found.f_bavail * found.f_frsize > 512 * 1024 * 1024
    except OSError:
        has_room = False
    return {} if has_room else {"dynamic_shared_memory_type": "mmap"}


def fresh_folder(place: Path) -> Path:
    """An empty private folder beside `place`, for what will be renamed to it."""
    half = place.with_name(f"{place.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True, mode=0o700)
    give_to_postgres(half)
    return half


def give_to_postgres(path: Path) -> None:
    """Only the one who runs Postgres reads it. Touches nothing but what was just made here."""
    path.chmod(0o700 if path.is_dir() else 0o600)
    run_as = binaries.run_postgres_as()
    if os.geteuid() == 0:
        os.chown(path, run_as.owner, run_as.group)
