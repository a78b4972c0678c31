"""Child processes that never outlive us: started with a death signal, stopped by asking first."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LARGEST_LOG = 20 * 1024 * 1024
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def spawn(
    argv: Sequence[str | Path],
    log: Path,
    death_signal: signal.Signals = signal.SIGKILL,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, with what it says appended to `log`.

    The group keeps a Ctrl-C in the terminal from reaching it before we stop things in order. Call it from the main
    thread: the death signal goes out when the *thread* that started the child ends.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 # our own binaries, no shell
            [str(word) for word in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            process_group=0,
            preexec_fn=dies_with_parent(os.getpid(), death_signal),
        )


def dies_with_parent(parent: int, death_signal: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """What a fresh child runs so that it gets `death_signal` when `parent` is gone, however that came about."""

    def arrange() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl: no signal will come any more
            os._exit(1)

    return arrange


def adopt_orphans() -> None:
    """Grandchildren whose parent was killed become our children, so that we can find and end them."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def stop(process: subprocess.Popen[bytes], polite: signal.Signals, patience_s: float) -> None:
    """Ask the process to end, then kill its whole group."""
    if process.poll() is None:
        process.send_signal(polite)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    kill_group(process.pid)


def kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # nobody of the group is left


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie that nobody has waited for does not."""
    try:
        return _stat(pid)[0] != "Z"
    except OSError:
        return False


def stopped(pid: int) -> bool:
    """Whether it was halted, and does nothing until it is told to go on."""
    try:
        return _stat(pid)[0] == "T"
    except OSError:
        return False


def started(pid: int) -> int | None:
    """When, in the kernel's ticks; with the number it names a process for good, while numbers alone come again."""
    try:
        return int(_fields(pid)[19])
    except (OSError, IndexError, ValueError):
        return None


def children(pid: int) -> list[int]:
    """The living children of a process, in the order of their numbers."""
    return [child for child, state in _children(pid) if state != "Z"]


def zombies(pid: int) -> list[int]:
    """Its children that have ended and wait to be waited for."""
    return [child for child, state in _children(pid) if state == "Z"]


def _children(pid: int) -> list[tuple[int, str]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = _stat(int(entry.name))
            except OSError:  # it ended while we looked
                continue
            if parent == pid:
                found.append((int(entry.name), state))
    return sorted(found)


def wait_until(ready: Callable[[], bool], patience_s: float, every_s: float = 0.03) -> bool:
    """Whether `ready()` came true within `patience_s` seconds."""
    end = time.monotonic() + patience_s
    while not ready():
        if time.monotonic() >= end:
            return False
        time.sleep(every_s)
    return True


def _stat(pid: int) -> tuple[str, int]:
    """State and parent."""
    fields = _fields(pid)
    return fields[0], int(fields[1])


def _fields(pid: int) -> list[str]:
    """Those of /proc/<pid>/stat from the third on. The second is a name that may hold spaces and brackets."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
