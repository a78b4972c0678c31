"""The utilities of a property: add, change, remove; and one more provider for the list to choose from."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, g, request

from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.properties import actions, utilities
from turns_web.properties.fields import PROVIDER, UTILITY
from turns_web.properties.queries import options
from turns_web.properties.queries import page as queries
from turns_web.properties.views.blueprint import bp
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, spoken, version_of
from turns_web.web.render import done, respond


@bp.get("/properties/<uuid:property_id>/utilities/new")
@allow("properties.edit")
def new_utility_form(property_id: UUID, form: Form | None = None) -> Response:
    return _form_page(property_id, None, form or Form())


@bp.post("/properties/<uuid:property_id>/utilities/new")
@allow("properties.edit")
@refused_to(new_utility_form)
def add(property_id: UUID) -> Response:
    with db.write(g.identity) as session:
        actions.visible(session, property_id)
        typed = parse_all(UTILITY, request.form)
        once(session, lambda: utilities.add_utility(session, property_id, typed))
    flash("The utility is added.")
    return done(_page(property_id))


@bp.get("/properties/<uuid:property_id>/utilities/<uuid:utility_id>/edit")
@allow("properties.edit")
def utility_form(property_id: UUID, utility_id: UUID, form: Form | None = None) -> Response:
    return _form_page(property_id, utility_id, form)


@bp.post("/properties/<uuid:property_id>/utilities/<uuid:utility_id>/edit")
@allow("properties.edit")
@refused_to(utility_form, UTILITY)
def change(property_id: UUID, utility_id: UUID) -> Response:
    with db.write(g.identity) as session:
        actions.visible(session, property_id)
        version = version_of(request.form)
        typed = spoken(UTILITY, request.form)
        once(session, lambda: utilities.edit_utility(session, property_id, utility_id, version, typed))
    flash("The utility is saved.")
    return done(_page(property_id))


@bp.post("/properties/<uuid:property_id>/utilities/<uuid:utility_id>/remove")
@allow("properties.edit")
def remove(property_id: UUID, utility_id: UUID) -> Response:
    version = version_of(request.form)
    with db.write(g.identity) as session:
        once(session, lambda: utilities.remove_utility(session, property_id, utility_id, version))
    flash("The utility is removed.")
    return done(_page(property_id))


@bp.get("/utility-providers/new")
@allow("providers.create")
def new_provider_form(form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        providers = options.providers(session)
    return respond(
        "properties/provider.html",
        "properties/_provider.html",
        form=form or Form(),
        fields=PROVIDER,
        providers=providers,
    )


@bp.post("/utility-providers/new")
@allow("providers.create")
@refused_to(new_provider_form)
def add_provider() -> Response:
    typed = parse_all(PROVIDER, request.form)
    with db.write(g.identity) as session:
        once(session, lambda: utilities.add_provider(session, typed).answer(PROVIDER))
    flash(f"{typed['name']} is in the list of providers.")
    return done("/utility-providers/new")


def _form_page(property_id: UUID, utility_id: UUID | None, form: Form | None) -> Response:
    with db.read(g.identity) as session:
        row = actions.visible(session, property_id)
        utility = queries.utility(session, property_id, utility_id) if utility_id else None
        providers = options.providers(session)
    return respond(
        "properties/utility.html",
        "properties/_utility.html",
        row=row,
        utility=utility,
        form=form or Form.of(utility, UTILITY),
        fields=UTILITY,
        options={"utility_provider_id": providers},
    )


def _page(property_id: UUID) -> str:
    return f"/properties/{property_id}"
