"""What is done to an account by one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, g, request

from turns_web.accounts.fields import ACCOUNT
from turns_web.admin.doing import carry_out
from turns_web.admin.people import actions
from turns_web.admin.people.views import page
from turns_web.admin.people.views.blueprint import bp, public_address
from turns_web.web.auth import allow
from turns_web.web.forms import Form, refused_to, version_of
from turns_web.web.render import done


def _show(user_id: UUID, *, form: Form, **of_part: UUID) -> Response:
    """The page again, whatever part of it an address names."""
    return page.show(user_id, form)


@bp.post("/admin/users/<uuid:user_id>/invite")
@allow("users.manage")
@refused_to(_show, ACCOUNT)
def invite_again(user_id: UUID) -> Response:
    said = "Another invitation is on its way. The one before opens nothing any more."
    return _act(user_id, said, lambda session: actions.invite_again(session, g.identity, user_id, public_address()))


@bp.post("/admin/users/<uuid:user_id>/withdraw")
@allow("users.manage")
@refused_to(_show, ACCOUNT)
def withdraw(user_id: UUID) -> Response:
    said = "The invitation opens nothing any more."
    return _act(user_id, said, lambda session: actions.withdraw_invitation(session, user_id))


@bp.post("/admin/users/<uuid:user_id>/password")
@allow("users.manage")
@refused_to(_show, ACCOUNT)
def send_password_link(user_id: UUID) -> Response:
    said = "A link for a new password is on its way. The present one stays good until it is used."
    address = public_address()
    return _act(user_id, said, lambda session: actions.send_password_link(session, g.identity, user_id, address))


@bp.post("/admin/users/<uuid:user_id>/enable")
@allow("users.manage")
@refused_to(_show, ACCOUNT)
def enable(user_id: UUID) -> Response:
    version = version_of(request.form)
    said = "The account is open again, with the password it had. Its sessions and API tokens stay ended."
    return _act(user_id, said, lambda session: actions.enable(session, g.identity, user_id, version))


@bp.post("/admin/users/<uuid:user_id>/sessions/end")
@allow("users.manage")
@refused_to(_show, ACCOUNT)
def end_sessions(user_id: UUID) -> Response:
    said = "They are signed out everywhere."
    return _act(user_id, said, lambda session: actions.end_sessions(session, user_id))


@bp.post("/admin/users/<uuid:user_id>/sessions/<uuid:session_id>/end")
@allow("users.manage")
@refused_to(_show, ACCOUNT)
def end_session(user_id: UUID, session_id: UUID) -> Response:
    said = "That session is signed out."
    return _act(user_id, said, lambda session: actions.end_sessions(session, user_id, session_id))


@bp.post("/admin/users/<uuid:user_id>/tokens/<uuid:token_id>/revoke")
@allow("users.manage")
@refused_to(_show, ACCOUNT)
def revoke_token(user_id: UUID, token_id: UUID) -> Response:
    said = "That token is revoked: programs that use it are refused."
    return _act(user_id, said, lambda session: actions.revoke_tokens(session, user_id, token_id))


def _act(user_id: UUID, said: str, act: Callable[[Any], Any]) -> Response:
    carry_out(act, said)
    return done(f"/admin/users/{user_id}")
