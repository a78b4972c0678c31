"""Before somebody leaves: what hangs on them, who takes it over, and closing the account."""

from __future__ import annotations

from uuid import UUID

from flask import Response, g, request

from turns_web.accounts.fields import ACCOUNT
from turns_web.admin.doing import carry_out
from turns_web.admin.people import actions, queries
from turns_web.admin.people.fields import HAND_OVER
from turns_web.admin.people.handing_over import held
from turns_web.admin.people.views.blueprint import bp
from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.web.auth import allow
from turns_web.web.forms import Form, refused_to, version_of
from turns_web.web.render import done, respond


@bp.get("/admin/users/<uuid:user_id>/disable")
@allow("users.manage")
def before_leaving(user_id: UUID, form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        account = queries.account(session, user_id)
        actions.refuse_stranger(g.identity, account.row)
        there = held(session, user_id)
    return respond(
        "people/leaving.html",
        "people/_leaving.html",
        account=account,
        held=there,
        form=form or Form(version=account.row["version"]),
        fields={**ACCOUNT, **HAND_OVER},
    )


@bp.post("/admin/users/<uuid:user_id>/disable")
@allow("users.manage")
@refused_to(before_leaving, ACCOUNT)
def disable(user_id: UUID) -> Response:
    version, takers = version_of(request.form), parse_all(HAND_OVER, request.form)
    said = "The account is disabled: nobody is signed in with it any more."
    carry_out(lambda session: actions.disable(session, g.identity, user_id, version, takers), said)
    return done(f"/admin/users/{user_id}")


@bp.post("/admin/users/<uuid:user_id>/hand-over")
@allow("users.manage")
@refused_to(before_leaving, ACCOUNT)
def hand_over(user_id: UUID) -> Response:
    """The same without closing the account: before another role, or after it was closed in haste."""
    takers = parse_all(HAND_OVER, request.form)
    carry_out(lambda session: actions.give_away(session, g.identity, user_id, takers), "It is handed over.")
    return done(f"/admin/users/{user_id}")
