"""POST /api/auth/login and /api/auth/logout."""

from __future__ import annotations

from turns_web.api.openapi.refusals import refusals
from turns_web.api.openapi.security import WRITES
from turns_web.api.openapi.shapes import Schema, answered, component, record, sent

_CREDENTIALS: Schema = {
    **record({"email": {"type": "string", "minLength": 1}, "password": {"type": "string", "minLength": 1}}),
    "examples": [{"email": "manager@demo.example", "password": "turns-demo-2026"}],
}
_SIGNED_IN: Schema = {
    "user": component("User"),
    "token": {
        "type": "string",
        "minLength": 1,
        "description": "For `Authorization: Bearer`; good until seven days unused.",
    },
    "shapes": {
        "type": "array",
        "items": {"type": "string", "pattern": "^/api/sync/[a-z-]+$"},
        "description": "The shapes that this role may follow.",
    },
}


def paths() -> dict[str, Schema]:
    return {"/api/auth/login": {"post": _login()}, "/api/auth/logout": {"post": _logout()}}


def _login() -> Schema:
    return {
        "operationId": "login",
        "tags": ["auth"],
        "summary": "Sign in",
        "description": "A session for a program. Tokens without a password are made on the page `/account`.",
        "security": [],
        "requestBody": sent(_CREDENTIALS),
        "responses": {"200": answered("Signed in.", record(_SIGNED_IN)), **refusals(400, 401, 413, 415, 422, 429)},
    }


def _logout() -> Schema:
    return {
        "operationId": "logout",
        "tags": ["auth"],
        "summary": "Sign out",
        "description": "The token is dead at once: the session's, or one of `/account`, which is revoked.",
        "security": WRITES,
        "responses": {
            "200": answered("Signed out.", record({"success": {"const": True}})),
            **refusals(400, 401, 403, 429),
        },
    }
