"""What a program is answered where there is nothing for it, before any command is looked at."""

import pytest


@pytest.mark.parametrize(
    ("method", "path", "status", "type"),
    [
        ("GET", "/api/nowhere", 404, "NOT_FOUND"),
        ("POST", "/api/", 404, "NOT_FOUND"),
        ("GET", "/api/%00", 404, "NOT_FOUND"),
        ("GET", "/api/nowhere?q=%00", 400, "BAD_REQUEST"),
    ],
)
def test_an_address_that_is_none_is_told_as_json(client, method, path, status, type):
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.json["success"], answer.json["error"]["type"]) == (status, False, type)
    assert answer.json["error"]["message"]
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "Content-Security-Policy" not in answer.headers


def test_a_page_that_is_none_stays_a_page(client):
    assert client.get("/nowhere").mimetype == "text/html"
