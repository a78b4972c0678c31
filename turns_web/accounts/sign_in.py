"""Signing in and out, the same by the form and by the API."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from uuid import UUID

from flask import request

from turns_web.accounts import actions
from turns_web.core import db, outbox
from turns_web.core.errors import Invalid
from turns_web.core.fields import FieldError, clean
from turns_web.core.tokens import hash_of
from turns_web.web import tokens
from turns_web.web.attempts import attempt

LIFETIME = timedelta(days=7)
_LONGEST_EMAIL = 255

# One sentence for every way to be wrong, so that nobody learns which addresses have an account.
WRONG = "This address and password do not go together."

# What no password was ever hashed from.
_NOT_TYPED = re.compile("[\x00\ud800-\udfff]")


def credentials(email: str | None, password: str | None) -> tuple[str, str]:
    """What was typed, where it could be an address and a password at all. Raises Invalid by field."""
    faults = {}
    try:
        email = clean(email)
    except FieldError as refused:
        faults["email"] = str(refused)
    if _NOT_TYPED.search(password or ""):
        faults["password"] = "A password has no such characters."  # noqa: S105
    missing = {"email": (email, "Enter your e-mail address."), "password": (password, "Enter your password.")}
    faults |= {name: sentence for name, (typed, sentence) in missing.items() if not typed}
    if faults or not email or not password:
        raise Invalid(faults)
    return email, password


def sign_in(email: str, password: str) -> str | None:
    """The token of a new session; None where the address and the password do not go together.

    Raises TooManyRequests where too many attempts failed lately.
    """
    if len(email) > _LONGEST_EMAIL:
        return None
    with attempt(email.lower(), request.remote_addr or "unknown") as this:
        with db.sign_in() as session:
            user_id = actions.check_password(session, email, password)
        this.failed = user_id is None
    if user_id is None:
        return None
    return begin_session(user_id)


def begin_session(user_id: UUID) -> str:
    """The token of a new session of somebody who has proved who they are. Raises Forbidden where they are disabled."""
    token = secrets.token_urlsafe(32)
    agent = (request.headers.get("User-Agent") or "")[:500]
    with db.sign_in() as session:
        actions.start_session(session, user_id, hash_of(token), request.remote_addr, agent, LIFETIME)
    return token


def sign_out() -> None:
    """The token that this request shows is dead at once, and the streams that it opened end."""
    shown = tokens.shown()
    if shown is not None:
        with db.sign_in() as session:
            actions.end_session(session, shown.hash)
        outbox.announce_now(outbox.SESSIONS)
