"""Bare handlers on the same kind of server: what is held against is what the machine, Postgres and Python cost anyhow.

Written as one would write them if speed were all: one statement, one precompiled template, no framework.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli
from a2wsgi import WSGIMiddleware
from jinja2 import Environment
from psycopg.rows import namedtuple_row
from psycopg_pool import ConnectionPool

from turns_web.config import load_settings
from turns_web.core.pools import POOL_SIZE
from turns_web.core.versioned import readable
from turns_web.schema import turns

_settings = load_settings()
_owner = ConnectionPool(_settings.admin_url, min_size=4, max_size=POOL_SIZE, kwargs={"row_factory": namedtuple_row})
_app = ConnectionPool(_settings.app_url, min_size=4, max_size=POOL_SIZE)

# The same number of cards with what stands on them, in one statement.
_CARDS = """
SELECT t.id, t.turn_id, t.version, t.stage_id, p.street_address, p.unit, p.bedrooms, p.bathrooms, t.move_out_date,
    t.expected_completion_date, t.turn_completion_date, t.hold_reason, t.turn_amount,
    t.scope_approval_status::text AS status,
    t.stage_entered_on, t.ball_since, s.name AS stage, s.target_days, v.company_name, u.first_name, u.last_name,
    current_date - t.move_out_date AS vacant, current_date - t.stage_entered_on AS here
FROM turn_stages s
CROSS JOIN LATERAL (
    SELECT * FROM turns WHERE turns.stage_id = s.id AND turns.is_active AND NOT turns.is_archived
    ORDER BY turns.move_out_date, turns.id LIMIT %s
) t
JOIN properties p ON p.id = t.property_id
LEFT JOIN vendors v ON v.id = t.vendor_id
LEFT JOIN users u ON u.id = t.property_manager_id
"""
# All that the application may read of it, as its own answer has it.
_UPDATE = (
    "UPDATE turns SET wo_number = %s WHERE id = %s AND version = %s "
    f"RETURNING {', '.join(column.name for column in readable(turns))}"
)
# As much to read on each card as the product's, and nothing else on the page.
_page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    (Path(__file__).parent / "floor_board.html").read_text()
)


def board(query: dict[str, list[str]], environ: WSGIEnvironment) -> tuple[bytes, list[tuple[str, str]]]:
    with _owner.connection() as connection:
        rows = connection.execute(_CARDS, [int(query["size"][0])]).fetchall()
    body = brotli.compress(_page.render(rows=rows).encode(), quality=4)
    return body, [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "br")]


def hello(query: dict[str, list[str]], environ: WSGIEnvironment) -> tuple[bytes, list[tuple[str, str]]]:
    return b"hello", [("Content-Type", "text/plain")]


def move(query: dict[str, list[str]], environ: WSGIEnvironment) -> tuple[bytes, list[tuple[str, str]]]:
    """One transaction: whose session this is, the versioned update with all triggers, commit."""
    form = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
    token = SimpleCookie(environ["HTTP_COOKIE"])["turns_session"].value
    with _app.connection() as connection:
        person = connection.execute(
            "SELECT user_id FROM session_identity(%s)", [hashlib.sha256(token.encode()).hexdigest()]
        ).fetchone()
        connection.execute(
            "SELECT set_config('app.current_user_id', %s, true), set_config('app.stage_note', %s, true)",
            [str(person and person[0]), form["note"][0]],
        )
        moved = connection.execute(
            "UPDATE turns SET stage_id = %s WHERE id = %s AND version = %s RETURNING version",
            [form["stage_id"][0], form["id"][0], form["version"][0]],
        ).fetchone()
    return json.dumps({"version": moved and moved[0]}).encode(), [("Content-Type", "application/json")]


def write(query: dict[str, list[str]], environ: WSGIEnvironment) -> tuple[bytes, list[tuple[str, str]]]:
    """One transaction: whose token this is, the receipt, the versioned update with all triggers, the event, commit."""
    asked = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    token = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    with _app.connection() as connection:
        person = connection.execute(
            "SELECT user_id FROM session_identity(%s)", [hashlib.sha256(token.encode()).hexdigest()]
        ).fetchone()
        user_id = person and person[0]
        connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(user_id)])
        written = connection.execute(
            _UPDATE,
            [asked["data"]["wo_number"], asked["id"], asked["version"]],
        ).fetchone()
        answer = json.dumps({"success": written is not None, "turn": written}, default=str)
        connection.execute(
            "INSERT INTO write_receipts (user_id, write_id, body_hash, status, answer) VALUES (%s, %s, %s, 200, %s)",
            [user_id, asked["writeId"], hashlib.sha256(answer.encode()).hexdigest(), answer],
        )
        # Marked as told: nobody listens here.
        connection.execute(
            "INSERT INTO outbox (id, kind, payload, done_at) VALUES (%s, 'turn', %s, now())",
            [uuid4(), json.dumps({"id": asked["id"], "version": asked["version"] + 1})],
        )
    return answer.encode(), [("Content-Type", "application/json")]


_ROUTES: dict[str, Callable[..., tuple[bytes, list[tuple[str, str]]]]] = {
    "/healthz": hello,
    "/hello": hello,
    "/board": board,
    "/move": move,
    "/api/write/turns": write,
}


def wsgi(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body, headers = _ROUTES[environ["PATH_INFO"]](parse_qs(environ["QUERY_STRING"]), environ)
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


_bare: Any = WSGIMiddleware(wsgi, workers=POOL_SIZE)


async def app(scope: Any, receive: Any, send: Any) -> None:
    async def read() -> Any:
        # a2wsgi wants a coroutine, granian hands out something else that can be awaited.
        return await receive()

    if scope["type"] == "http":
        await _bare(scope, read, send)
