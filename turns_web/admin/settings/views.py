"""/admin/settings: each setting, for all markets and for one; a limit says whom it would touch before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, request

from turns_web.admin.doing import do
from turns_web.admin.settings import queries
from turns_web.core import db
from turns_web.core.errors import NotFound
from turns_web.core.fields import Fields, Text, parse_all
from turns_web.settings import actions
from turns_web.settings.fields import SETTINGS
from turns_web.settings.queries import markets, value
from turns_web.web.auth import allow
from turns_web.web.forms import Form, new_write_id, refused_to, spoken, version_of
from turns_web.web.render import done, respond

bp = Blueprint("settings", __name__)

# As it is stored: what it means is the setting's own to read.
_VALUE: Fields = {"value": Text(label="Value", max=500)}
_MARKET: Fields = {"market": Text(label="Market")}


@bp.get("/admin/settings")
@allow("settings.manage")
def index(name: str = "", form: Form | None = None) -> Response:
    """name, form: the one of all the forms that was refused."""
    with db.read(g.identity) as session:
        values, known = queries.values(session), markets(session)
    refused = (name, form.value("market"), bool(form.value("new"))) if form else None
    return respond(
        "admin/settings.html",
        settings=SETTINGS,
        values=values,
        markets=known,
        fresh=new_write_id(),
        form=form or Form(),
        refused=refused,
        is_stray=refused is not None and not _is_shown(*refused, values),
    )


@bp.post("/admin/settings/<name>")
@allow("settings.manage")
@refused_to(index, _VALUE)
def save(name: str) -> Response:
    kind = _kind(name)
    market, version = _market(), version_of(request.form) if request.form.get("version") else None
    # The page of a conflict may leave what somebody else saved as it is.
    typed = spoken(_VALUE, request.form).get("value")
    if typed is None and "resolve.value" in request.form:
        return done("/admin/settings")
    if request.form.get("confirm") != "1" and (asked := _confirmation(name, typed or "", market)):
        return asked
    where = f" in {market}" if market else ""
    do(
        lambda session: {"value": actions.save_setting(session, name, typed or "", market, version)},
        f"{kind.label}{where} is saved.",
    )
    return done("/admin/settings")


@bp.post("/admin/settings/<name>/remove")
@allow("settings.manage")
@refused_to(index, _VALUE)
def take_back(name: str) -> Response:
    kind = _kind(name)
    market, version = _market() or "", version_of(request.form)
    if request.form.get("confirm") != "1" and (asked := _confirmation(name, None, market)):
        return asked
    do(lambda session: actions.take_back(session, name, market, version), f"{market} goes by the {kind.label} for all.")
    return done("/admin/settings")


def _is_shown(name: str, market: str, is_new: bool, values: Mapping[str, Mapping[str | None, Any]]) -> bool:
    """Whether the page has this form, in which what is wrong with it can stand."""
    return not market or (SETTINGS[name].by_market and (is_new or market in values[name]))


def _confirmation(name: str, typed: str | None, market: str | None) -> Response | None:
    """What the new value would mean for turns that wait; None where it touches none of them. typed: None where a market
    is to go by the value for all again."""
    with db.read(g.identity) as session:
        general = value(session, name)
        new = general if typed is None else actions.stored_value(session, name, typed, market)
        effect = queries.effect(session, name, new, market)
        old = value(session, name, market)
    if not effect.count:
        return None
    kind = SETTINGS[name].kind
    return respond(
        "admin/setting_confirm.html",
        kind=kind,
        market=market,
        action=request.path,
        old=kind.words(SETTINGS[name].value(old)),
        new=kind.words(SETTINGS[name].value(new)),
        effect=effect,
        form=Form.typed(),
        fields={key: request.form[key] for key in ("market", "value", "new") if key in request.form},
    )


def _kind(name: str):
    if name not in SETTINGS:
        raise NotFound()
    return SETTINGS[name].kind


def _market() -> str | None:
    return parse_all(_MARKET, request.form)["market"]
