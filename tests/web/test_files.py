"""Files as they are sent: their names, the parts of them that are asked for, and who reads them slowly."""

import socket
from contextlib import ExitStack
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.factories import make_user
from turns_web.core.pools import POOL_SIZE

LARGE = 40 * 1024 * 1024
TEXT = b"row,reason\r\n1,no city\r\n"


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        return make_user(connection, "ADMIN")


@pytest.fixture
def kept(database, admin, monkeypatch):
    """kept(name, content): the address of a file that an import has left."""
    monkeypatch.setenv("TURNS_HOME", str(database.home))

    def make(name="homes.csv", content=TEXT) -> str:
        id = uuid4()
        place = database.home / "imports" / str(id)
        place.mkdir(parents=True)
        (place / "refused.csv").write_bytes(content)
        with database.admin() as connection:
            connection.execute(
                "INSERT INTO imports (id, user_id, table_name, file_name, status) VALUES (%s, %s, 'turns', %s, 'done')",
                [id, admin.id, name],
            )
        return f"/admin/import/{id}/refused.csv"

    return make


@pytest.fixture
def reader(app, live_server, sign_in, admin):
    """Somebody signed in at the real server, where files go out beside the pages."""
    cookies = sign_in(app.test_client(), admin.email)._cookies
    jar = {cookie.key: cookie.value for cookie in cookies.values()}
    with httpx.Client(base_url=live_server, cookies=jar, trust_env=False) as client:
        yield client


@pytest.fixture(params=["behind the front", "alone"])
def get(request, kept, person, admin):
    """get(address, headers): (status, headers, body), from the real server and from the pages by themselves."""
    if request.param == "alone":
        client = person(admin.email)
    else:
        client = request.getfixturevalue("reader")

    def ask(address, method="GET", **headers):
        if request.param == "alone":
            answer = client.open(address, method=method, headers=headers)
            return answer.status_code, answer.headers, answer.data
        answer = client.request(method, address, headers=headers)
        return answer.status_code, answer.headers, answer.content

    return ask


def test_a_file_comes_whole_and_is_kept_by_no_cache(get, kept):
    status, headers, body = get(kept())
    assert (status, body) == (200, TEXT)
    assert headers["Content-Type"].startswith("text/csv")
    assert headers["Content-Disposition"] == "attachment; filename=refused-homes.csv"
    assert headers["Content-Length"] == str(len(TEXT))
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "status", "part", "range"),
    [
        ("bytes=0-2", 206, TEXT[:3], f"bytes 0-2/{len(TEXT)}"),
        ("bytes=12-", 206, TEXT[12:], f"bytes 12-{len(TEXT) - 1}/{len(TEXT)}"),
        ("bytes=-4", 206, TEXT[-4:], f"bytes {len(TEXT) - 4}-{len(TEXT) - 1}/{len(TEXT)}"),
        ("bytes=-99999", 206, TEXT, f"bytes 0-{len(TEXT) - 1}/{len(TEXT)}"),
        ("bytes=5-99999", 206, TEXT[5:], f"bytes 5-{len(TEXT) - 1}/{len(TEXT)}"),
        # What is no single range of bytes is answered whole.
        ("bytes=0-1,4-5", 200, TEXT, None),
        ("rows=1-2", 200, TEXT, None),
        (f"bytes=0-{'9' * 5000}", 200, TEXT, None),
        ("bytes=9999-", 416, None, f"bytes */{len(TEXT)}"),
        ("bytes=3-1", 416, None, f"bytes */{len(TEXT)}"),
        ("bytes=-0", 416, None, f"bytes */{len(TEXT)}"),
    ],
)
def test_a_part_is_sent_as_it_was_asked_for(get, kept, asked, status, part, range):
    found, headers, body = get(kept(), Range=asked)
    assert (found, headers.get("Content-Range")) == (status, range)
    assert part is None or (body, headers["Content-Length"]) == (part, str(len(part)))


def test_a_part_is_only_taken_of_the_file_that_was_begun(get, kept):
    address = kept()
    _, headers, _ = get(address)
    part = {"Range": "bytes=0-2"}
    assert get(address, **part, **{"If-Range": headers["ETag"]})[0] == 206
    assert get(address, **part, **{"If-Range": '"another"'})[0::2] == (200, TEXT)
    assert get(address, **{"If-None-Match": headers["ETag"]})[0::2] == (304, b"")


def test_the_head_tells_how_long_it_is(get, kept):
    status, headers, body = get(kept(), method="HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(TEXT)))


@pytest.mark.parametrize(
    "name", ["Zürich Höfe.csv", '"; filename=evil.html', "a\r\nSet-Cookie: b=1", "家 🏠", "../../x"]
)
def test_a_name_is_only_a_name(get, kept, name):
    status, headers, _ = get(kept(name))
    assert status == 200 and headers.get("Set-Cookie") is None
    said = headers["Content-Disposition"]
    plain = f"refused-{name.rsplit('.', 1)[0]}.csv".replace("\r\n", "").replace("/", "-")
    assert said.startswith("attachment; filename=")
    if plain.isascii():
        assert plain.replace('"', '\\"') in said
    else:
        assert f"filename*=UTF-8''{quote(plain, safe='!#$&+^`|~')}" in said


def test_a_file_that_is_gone_is_a_page_that_is_not_there(get, kept, database):
    address = kept()
    (database.home / "imports" / address.split("/")[3] / "refused.csv").unlink()
    assert get(address)[0] == 404


def test_whoever_reads_slowly_holds_nobody_up(reader, kept, live_server):
    address = kept(content=b"x" * LARGE)
    parts = urlsplit(live_server)
    cookies = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
    with ExitStack() as slow:
        for _ in range(2 * POOL_SIZE):
            one = slow.enter_context(socket.create_connection((parts.hostname, parts.port), timeout=10))
            one.sendall(f"GET {address} HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {cookies}\r\n\r\n".encode())
            assert b" 200 " in one.recv(1024).splitlines()[0]
        assert reader.get("/login", timeout=2).status_code in (200, 303)
        got = reader.get(address)
        assert len(got.content) == LARGE
