"""Programs ask below /api/ and are answered in JSON, also where a person would be shown a page."""

from flask import request

PREFIX = "/api/"


def asked_by_program() -> bool:
    return request.path.startswith(PREFIX)
