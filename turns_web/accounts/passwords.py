"""Hashing, slow on purpose (Argon2id), and never more at once than the machine bears."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from turns_web.accounts.rules import LONGEST

_hasher = PasswordHasher()
# Each hash takes 64 MiB and a core for some 50 ms; a rush of sign-ins queues here instead of taking the machine.
_at_once = BoundedSemaphore(4)
# Checked where there is no account, so that a wrong address takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody's password")


def hashed(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`; as slow where nothing is stored."""
    with _at_once:
        try:
            right = _hasher.verify(stored or _NOBODY, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            right = False
    return right and stored is not None
