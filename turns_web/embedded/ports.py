"""Free ports on the loopback address. A port that was ours before is taken again, so that addresses stay the same."""

import errno
import socket

LOOPBACK = "127.0.0.1"


def choose(preferred: int | None) -> int:
    if preferred and is_free(LOOPBACK, preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there. Raises OSError where the host is not ours at all."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that just ended is no obstacle
        try:
            probe.bind(address)
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                return False
            raise
    return True
