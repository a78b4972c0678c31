"""The Flask application, wired. Not in the package's __init__, so that the command line loads no Flask."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from htmx_flask import Htmx
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from turns_web import api
from turns_web.accounts import queries as accounts
from turns_web.accounts import views as accounts_views
from turns_web.accounts.links import views as links_views
from turns_web.accounts.tokens import views as tokens_views
from turns_web.admin import views as admin_views
from turns_web.admin.health import views as admin_health_views
from turns_web.admin.jobs import views as jobs_views
from turns_web.admin.people import views as people_views
from turns_web.admin.property_types import views as property_types_views
from turns_web.admin.settings import views as settings_views
from turns_web.admin.stages import views as stages_views
from turns_web.approvals import views as approvals_views
from turns_web.audit import views as audit_views
from turns_web.config import Settings, load_settings
from turns_web.core import db
from turns_web.core.pools import FOR_PAGES
from turns_web.exports import sources
from turns_web.exports import views as exports_views
from turns_web.exports.turn_sheet import views as turn_sheets_views
from turns_web.imports import views as imports_views
from turns_web.notifications import views as notifications_views
from turns_web.notifications.outbox import views as outbox_views
from turns_web.notifications.wording import views as wording_views
from turns_web.portal import views as portal_views
from turns_web.properties import views as properties_views
from turns_web.reports import kept
from turns_web.reports import views as reports_views
from turns_web.search import views as search_views
from turns_web.subjects import SUBJECTS
from turns_web.turns import views as turns_views
from turns_web.turns.board import views as board_views
from turns_web.turns.bulk import views as bulk_views
from turns_web.turns.moving import views as moving_views
from turns_web.turns.saved import views as saved_views
from turns_web.vendors import views as vendors_views
from turns_web.web import (
    assets,
    attempts,
    auth,
    compress,
    csrf,
    errors,
    filters,
    guard,
    headers,
    health,
    limits,
    live,
    shell,
    wrote,
)
from turns_web.webhooks import views as webhooks_views

ROOT = Path(__file__).resolve().parent.parent

# Routes in the order that the address bar knows them.
BLUEPRINTS = (
    health.bp,
    accounts_views.bp,
    tokens_views.bp,
    links_views.bp,
    properties_views.bp,
    vendors_views.bp,
    search_views.bp,
    audit_views.bp,
    turns_views.bp,
    approvals_views.bp,
    portal_views.bp,
    board_views.bp,
    moving_views.bp,
    bulk_views.bp,
    saved_views.bp,
    turn_sheets_views.bp,
    reports_views.bp,
    admin_views.bp,
    people_views.bp,
    stages_views.bp,
    settings_views.bp,
    property_types_views.bp,
    jobs_views.bp,
    admin_health_views.bp,
    imports_views.bp,
    exports_views.bp,
    webhooks_views.bp,
    notifications_views.bp,
    outbox_views.bp,
    wording_views.bp,
    api.bp,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The Flask application, wired: configuration, the shell of the web, then each domain's routes."""
    settings = settings or load_settings()
    app = Flask(__name__, root_path=str(ROOT), static_folder=None, template_folder="templates")
    _configure(app, settings)
    db.configure(settings, FOR_PAGES)
    kept.configure(settings.redis_address)
    Htmx(app)
    assets.init_app(app)
    headers.init_app(app)
    compress.init_app(app)
    health.init_app(app, settings)
    filters.init_app(app)
    errors.init_app(app, api.errors.told)
    auth.init_app(app, accounts.identity_of, accounts.bearer_of, accounts.sees)
    csrf.init_app(app)
    limits.init_app(app)
    attempts.init_app(app)
    guard.init_app(app)
    shell.init_app(app)
    audit_views.init_app(app, SUBJECTS)
    sources.speak_of(SUBJECTS)
    exports_views.init_app(app)
    notifications_views.init_app(app)
    wrote.init_app(app)
    live.init_app(app, accounts.identities_of, accounts.visible)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.signing_key,
        PRODUCTION=settings.production,
        REDIS_URL=settings.redis_address,
        RATE_LIMITS=settings.rate_limits,
        DEMO_SIGN_INS=not settings.production,
        BASE_URL=settings.base_url and settings.base_url.rstrip("/"),
        PUBLIC_ADDRESS=settings.public_address,
        SENDS_MAIL=settings.smtp_url is not None,
        WEBHOOK_ALLOW_PRIVATE=settings.webhook_allow_private,
        # The browser's own session holds the CSRF token and one-time lines only; who is signed in is in Postgres.
        SESSION_COOKIE_NAME="__Host-turns_form" if settings.production else "turns_form",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=31),
        MAX_CONTENT_LENGTH=26 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=6000,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
