"""The blueprint that the views of people's accounts hang their routes on, and where links in their mails lead."""

from flask import Blueprint, current_app, request

bp = Blueprint("people", __name__)


def public_address() -> str:
    """BASE_URL, else as an administrator's own request says, which their session proves to be ours."""
    return current_app.config["BASE_URL"] or request.host_url.rstrip("/")
