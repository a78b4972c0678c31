"""A program as a test is one: it signs in once and shows its token with each request, without a cookie."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import PASSWORD


class Program:
    def __init__(self, app: Flask, token: str):
        self.client = app.test_client(use_cookies=False)
        self.token = token

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, body: Any = None) -> TestResponse:
        return self.client.post(path, headers=self.headers, json=body)

    def put(self, path: str, body: Any = None) -> TestResponse:
        return self.client.put(path, headers=self.headers, json=body)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def signed_in(app: Flask, person: Any) -> Program:
    """A program with a session of this person's."""
    answer = app.test_client().post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return Program(app, answer.json["token"])


def api_token(connection: Any, person: Any, scope: str = "write", **columns: Any) -> str:
    """A token that this person made for a program."""
    token = f"turns_{secrets.token_urlsafe(32)}"
    columns = {
        "user_id": getattr(person, "id", person), "name": "Reports", "scope": scope,
        "token": hashlib.sha256(token.encode()).hexdigest(), **columns,
    }  # fmt: skip
    names, holes = ", ".join(columns), ", ".join(["%s"] * len(columns))
    connection.execute(f"INSERT INTO api_tokens ({names}) VALUES ({holes})", list(columns.values()))
    return token


def refused(answer: TestResponse, status: int, type: str) -> dict[str, Any]:
    """The error of an answer that must be this refusal."""
    said = answer.get_json()
    assert (answer.status_code, said["success"], said["error"]["type"]) == (status, False, type), answer.text
    assert said["error"]["message"]
    return said["error"]


def audit_rows(connection: Any, id: Any) -> int:
    return connection.execute("SELECT count(*) FROM audit_logs WHERE record_id = %s", [id]).fetchone()[0]
