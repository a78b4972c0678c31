"""/turns/<id>: the turn's page, editing it, and what else is done to it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, g, request, url_for

from turns_web.access import may
from turns_web.approvals.card import card_of
from turns_web.approvals.change_orders import change_orders
from turns_web.approvals.changes import since_rejection
from turns_web.approvals.history import decisions
from turns_web.core import db
from turns_web.core.errors import Forbidden, Invalid, NotFound
from turns_web.core.fields import FieldError, Ref, parse_all
from turns_web.core.identity import Role
from turns_web.core.versioned import kept_words
from turns_web.settings.queries import today
from turns_web.turns import actions, queries
from turns_web.turns.fields import (
    COMMENT,
    DIFFERENCE,
    HOLD,
    NOT_INSPECTORS,
    SECRET,
    SECTIONS,
    TURN,
    fields_of,
    sections_of,
)
from turns_web.turns.history import history
from turns_web.turns.moving.actions import own_last_move
from turns_web.web.auth import allow
from turns_web.web.forms import Form, is_whole, once, refused_to, spoken, version_of
from turns_web.web.render import done, is_partial, respond

bp = Blueprint("turns", __name__)


@bp.get("/turns/<uuid:turn_id>")
@allow("turns.see")
def show(turn_id: UUID, form: Form | None = None, code: str | None = None, notice: str = ""):
    """form: one that was refused; it stands where it was sent from. notice: what else happened, in words."""
    with db.read(g.identity) as session:
        page = queries.turn_page(session, turn_id)
        told = history(session, turn_id)
        orders, decided = change_orders(session, turn_id), decisions(session, turn_id)
        changed = since_rejection(session, [page.turn]).get(turn_id, [])
        may_undo = may(g.identity.role, "turns.move") and own_last_move(session, g.identity, page.turn) is not None
    forms = {"hold": Form.of(page.turn, HOLD), "comment": Form(version=page.turn["version"])}
    if form is not None:
        forms[(request.endpoint or "").rpartition(".")[2]] = form
    return respond(
        "turns/show.html",
        "turns/_turn.html",
        page=page,
        turn=page.turn,
        history=told,
        orders=orders,
        decisions=decided,
        changed=changed,
        forms=forms,
        keys=Form(version=page.turn["version"]),
        fields=TURN,
        hold_fields=HOLD,
        comment_fields=COMMENT,
        editable=_editable(page),
        all_sections=SECTIONS,
        card=card_of(g.identity, page.turn, page.home.address, page.limits),
        code=code,
        notice=notice,
        may_undo=may_undo,
        problem=form.errors if form is not None else {},
    )


def _editable(page: queries.TurnPage) -> frozenset[str]:
    """The fields that this person may set now."""
    if page.turn["is_archived"] or not _may_edit(page.turn):
        return frozenset()
    return frozenset(fields_of(g.identity.role)) - ({"turn_amount"} if page.amount_lock else set())


def _may_edit(turn: Mapping[str, Any]) -> bool:
    if g.identity.role is Role.INSPECTOR:
        return turn["turns_superintendent_id"] == g.identity.user_id
    return g.identity.role not in (Role.USER, Role.DFO_APPROVER, Role.HO_APPROVER)


@bp.get("/turns/<uuid:turn_id>/history")
@allow("turns.see")
def earlier(turn_id: UUID):
    """What happened before a moment: the window that follows."""
    with db.read(g.identity) as session:
        told = history(session, turn_id, _before())
        page = queries.turn_page(session, turn_id)
    return respond("turns/history.html", "turns/_events.html", page=page, turn=page.turn, history=told)


def _before() -> datetime | None:
    asked = request.args.get("before")
    if not asked:
        return None
    try:
        moment = datetime.fromisoformat(asked)
    except ValueError:
        abort(400)
    if moment.tzinfo is None:
        abort(400)
    return moment


@bp.get("/turns/<uuid:turn_id>/edit")
@allow("turns.edit")
def edit_form(turn_id: UUID, form: Form | None = None):
    with db.read(g.identity) as session:
        page = queries.turn_page(session, turn_id)
        fields = fields_of(g.identity.role)
        options = queries.choices(session, fields, page.turn, page.today)
    if not _may_edit(page.turn):
        raise Forbidden("You set dates on the turns that you oversee.")
    one = request.form.get("only") if form is not None else request.args.get("only")
    if one is not None and one in fields and is_partial():
        return _field_form(page, one, form, options)
    return respond(
        "turns/edit.html",
        "turns/_edit.html",
        page=page,
        turn=page.turn,
        form=form or Form.of(page.turn, fields),
        fields=fields,
        sections=sections_of(g.identity.role),
        options=options,
    )


def _field_form(page: queries.TurnPage, name: str, form: Form | None, options: Mapping[str, Any]):
    """One field in its place on the page."""
    response = respond(
        "turns/edit.html",
        "turns/_field.html",
        page=page,
        turn=page.turn,
        name=name,
        field=TURN[name],
        form=form or Form.of(page.turn, {name: TURN[name]}),
        options=options.get(name),
    )
    if form is not None:
        response.headers["HX-Retarget"] = f"#fact-{name}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


@bp.post("/turns/<uuid:turn_id>/edit")
@allow("turns.edit")
@refused_to(edit_form, DIFFERENCE)
def edit(turn_id: UUID):
    version = version_of(request.form)
    typed = _typed(g.identity.role)
    kept: list[str] = []

    def save() -> dict[str, Any]:
        saved = actions.edit_turn(session, turn_id, version, typed)
        return {"id": str(turn_id), "version": saved.row["version"], "kept": saved.kept}

    with db.write(g.identity) as session:
        kept = once(session, save)["kept"]
    return _saved(turn_id, kept)


def _typed(role: Role) -> dict[str, Any]:
    """What was typed into the fields of this role. Raises Forbidden where others were sent along, Invalid."""
    mine = fields_of(role)
    if any(name in request.form for name in TURN if name not in mine):
        raise Forbidden(NOT_INSPECTORS)
    # The amount is left out while it is locked, the code while it stays.
    return spoken(mine, request.form, whole=is_whole(mine, request.form, but=("turn_amount", SECRET)))


def _saved(turn_id: UUID, kept: list[str], said: str = "Saved."):
    """Back on the turn's page, with a line saying what somebody else changed meanwhile."""
    meanwhile = kept_words(DIFFERENCE, kept)
    if is_partial():
        response = show(turn_id, notice=meanwhile)
        response.headers["HX-Push-Url"] = "false"
        return response
    flash(f"{said} {meanwhile}".strip())
    return done(url_for("turns.show", turn_id=turn_id))


@bp.get("/turns/new")
@allow("turns.create")
def new_form(form: Form | None = None):
    property_id = _property_id()
    if property_id is None:
        return respond("turns/choose_home.html", "turns/_choose_home.html", form=form or Form())
    with db.read(g.identity) as session:
        home = queries.new_home(session, property_id)
        options = queries.choices(session, TURN, {}, today(session, time.monotonic()))
    return respond(
        "turns/new.html",
        "turns/_new.html",
        home=home,
        form=form or Form.of(home.known, TURN),
        fields=TURN,
        sections=sections_of(g.identity.role),
        options=options,
    )


def _property_id() -> UUID | None:
    """The home that was asked for; a 400 page for an id that is none."""
    asked = request.form.get("property_id") or request.args.get("property_id")
    try:
        return Ref(label="Home", to="properties").parse(asked)
    except FieldError:
        if request.method == "POST":
            return None
        abort(400)


@bp.post("/turns/new")
@allow("turns.create")
@refused_to(new_form)
def create():
    property_id = _property_id()
    if property_id is None:
        raise Invalid({"property_id": "Choose the home that the turn is for."})
    values = parse_all(TURN, request.form)

    def make() -> dict[str, Any]:
        row = actions.create_turn(session, property_id, values)
        return {"id": str(row["id"]), "version": row["version"], "turn_id": row["turn_id"]}

    with db.write(g.identity) as session:
        made = once(session, make)
    flash(f"{made['turn_id']} is started.")
    return done(url_for("turns.show", turn_id=made["id"]))


@bp.post("/turns/<uuid:turn_id>/hold")
@allow("turns.hold")
@refused_to(show, DIFFERENCE)
def hold(turn_id: UUID):
    version = version_of(request.form)
    typed = spoken(HOLD, request.form)
    if "hold_reason" not in typed and request.form.get("resolve.hold_reason") != "server":
        raise Invalid({"hold_reason": "Enter why the turn waits."})

    def act() -> dict[str, Any]:
        saved = actions.hold_turn(session, turn_id, version, typed)
        return {"version": saved.row["version"], "kept": saved.kept}

    with db.write(g.identity) as session:
        kept = once(session, act)["kept"]
    return _saved(turn_id, kept, "The turn is on hold.")


@bp.post("/turns/<uuid:turn_id>/release")
@allow("turns.hold")
@refused_to(show, DIFFERENCE)
def release(turn_id: UUID):
    return _versioned(turn_id, partial(actions.release_turn, reason=_reason_to_keep()), "The turn goes on.")


def _reason_to_keep() -> str | None:
    """After a conflict over the reason: the one that stays, None where the hold ends."""
    choice = request.form.get("resolve.hold_reason")
    if choice == "merge":
        return parse_all(HOLD, request.form, ["hold_reason"])["hold_reason"]
    return actions.AS_IT_IS if choice == "server" else None


@bp.post("/turns/<uuid:turn_id>/archive")
@allow("turns.archive")
@refused_to(show, DIFFERENCE)
def archive(turn_id: UUID):
    return _versioned(turn_id, actions.archive_turn, "The turn is put away. You can restore it here.")


@bp.post("/turns/<uuid:turn_id>/restore")
@allow("turns.archive")
@refused_to(show, DIFFERENCE)
def restore(turn_id: UUID):
    return _versioned(turn_id, actions.restore_turn, "The turn is restored.")


def _versioned(turn_id: UUID, act: Any, said: str):
    """An act that needs no more than the version."""
    version = version_of(request.form)

    def save() -> dict[str, Any]:
        saved = act(session, turn_id, version)
        return {"version": saved.row["version"], "kept": saved.kept}

    with db.write(g.identity) as session:
        kept = once(session, save)["kept"]
    return _saved(turn_id, kept, said)


@bp.post("/turns/<uuid:turn_id>/comments")
@allow("turns.comment")
@refused_to(show)
def comment(turn_id: UUID):
    body = parse_all(COMMENT, request.form)["body"]

    def say() -> dict[str, Any]:
        return {"id": str(actions.comment(session, turn_id, body))}

    with db.write(g.identity) as session:
        once(session, say)
    return _saved(turn_id, [], "Your comment is added.")


@bp.post("/turns/<uuid:turn_id>/lock-box")
@allow("turns.lock_box")
def lock_box(turn_id: UUID):
    """Shows the code, and notes who looked. For a vendor whose work it is not, there is nothing here."""
    is_vendor = g.identity.role is Role.VENDOR
    try:
        with db.write(g.identity) as session:
            turn, code = actions.show_lock_box(session, turn_id)
    except Forbidden as refused:
        raise NotFound() if is_vendor else refused from refused
    if is_partial() or is_vendor:
        return respond("turns/lock_box.html", "turns/_lock_box.html", turn=turn, code=code or "")
    return show(turn_id, code=code or "")
