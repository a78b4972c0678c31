"""Changing somebody's account, and what the forms of accounts share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, flash, g, request

from turns_web.accounts.fields import ACCOUNT, USER
from turns_web.admin.people import actions, queries, rules
from turns_web.admin.people.views.blueprint import bp, public_address
from turns_web.core import db
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, spoken, version_of
from turns_web.web.render import done, respond

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@bp.get("/admin/users/<uuid:user_id>/edit")
@allow("users.manage")
def edit_form(user_id: UUID, form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        account = queries.account(session, user_id)
        actions.refuse_stranger(g.identity, account.row)
        offered = options(session)
    return respond(
        "people/edit.html",
        "people/_edit.html",
        account=account,
        form=as_typed(form) or Form.of(account.row, USER),
        fields=USER,
        **offered,
    )


@bp.post("/admin/users/<uuid:user_id>/edit")
@allow("users.manage")
@refused_to(edit_form, ACCOUNT)
def edit(user_id: UUID) -> Response:
    version, said = version_of(request.form), spoken(USER, typed())

    def act() -> dict[str, Any]:
        edited = actions.edit(session, g.identity, user_id, version, said, public_address())
        again = " Another invitation is on its way." if edited.is_invited_again else ""
        return {**edited.saved.answer(ACCOUNT), "again": again}

    with db.write(g.identity) as session:
        answer = once(session, act)
    flash(f"Saved. {answer['note']}".strip() + answer["again"])
    return done(f"/admin/users/{user_id}")


def options(session: Session) -> dict[str, Any]:
    """What the fields of an account can be set to."""
    return {
        "roles": rules.roles_to_give(g.identity),
        "companies": queries.companies(session),
        "markets": queries.markets(session),
    }


def typed() -> dict[str, str]:
    """The form's fields; a box is sent for each market, and one more may be written out."""
    said = request.form.to_dict()
    if "markets" in said:
        said["markets"] = "; ".join(filter(None, request.form.getlist("markets")))
    return said


def as_typed(form: Form | None) -> Form | None:
    if form is not None:
        form.values["markets"] = typed().get("markets", "")
    return form
