"""What only shows on the wire: bodies in pieces, bodies that are too long."""

import http.client
import json
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import PASSWORD
from tests.factories import make_user


@pytest.fixture(scope="module")
def bearer(connection, live_server):
    email = make_user(connection, "ADMIN").email
    answer = httpx.post(f"{live_server}/api/auth/login", json={"email": email, "password": PASSWORD}, timeout=30)
    assert "Set-Cookie" not in answer.headers
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture
def send(live_server, bearer):
    """send(pieces): the status and answer to a body in pieces, whose length nobody said."""

    def act(pieces, **headers):
        connection = http.client.HTTPConnection(urlsplit(live_server).netloc, timeout=30)
        told = {"Content-Type": "application/json", **bearer, **headers}
        connection.request("POST", "/api/write/properties", iter(pieces), told, encode_chunked=True)
        answer = connection.getresponse()
        return answer, json.loads(answer.read())

    return act


def test_a_body_in_pieces_is_read_whole(send):
    body = {"operation": "create", "data": {"property_id": "PIECES", "name": "Oak", "street_address": "1 Oak"}}
    raw = json.dumps(body).encode()
    answer, said = send([raw[:20], raw[20:50], raw[50:]])
    assert (answer.status, said["property"]["property_id"]) == (200, "PIECES")
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["X-Request-ID"]
    assert answer.headers["Set-Cookie"] is None


def test_a_body_in_pieces_that_are_too_many_is_refused(send):
    answer, said = send(b" " * 100_000 for _ in range(11))
    assert (answer.status, said["error"]["type"]) == (413, "TOO_LARGE")


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 30 * 1024 * 1024])
def test_a_body_that_is_too_long_is_refused(live_server, bearer, size):
    told = {"Content-Type": "application/json", **bearer}
    answer = httpx.post(f"{live_server}/api/write/properties", content=b" " * size, headers=told, timeout=30)
    assert (answer.status_code, answer.json()["error"]["type"]) == (413, "TOO_LARGE")
