"""What the browser fetches: hashed, compressed, kept; and the colours of the stages."""

import gzip
import re

import brotli
import httpx
import pytest

from turns_web.web.stage_colours import hue_and_chroma


@pytest.fixture
def addresses(client):
    """The addresses of the style sheet and the scripts, from a page's head."""
    html = client.get("/login").text
    return re.findall(r'(?:href|src)="(/assets/[^"]+)"', html)


def test_every_address_of_a_page_answers_and_may_be_kept_for_a_year(client, addresses):
    assert len(addresses) == 4
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"]
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "Cookie" not in answer.headers["Vary"] and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_the_style_sheet_comes_compressed(client, addresses, encoding, unpack):
    sheet = next(address for address in addresses if ".css" in address)
    plain = client.get(sheet).data
    packed = client.get(sheet, headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert unpack(packed.data) == plain
    assert len(packed.data) < len(plain) / 3


def test_an_unchanged_asset_is_not_sent_twice(client, addresses):
    first = client.get(addresses[0])
    again = client.get(addresses[0], headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/assets/turns.css", "/assets/../app.py", "/assets/js/app.js", "/assets/js/turns.0.js", "/assets/css/base.css"],
)
def test_what_is_no_asset_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_page_has_two_scripts_and_its_policy_allows_none_inline(client):
    answer = client.get("/login")
    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    assert scripts == ["", ""]
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]


def test_the_script_of_the_worker_has_an_address_of_its_own(client, sign_in):
    html = sign_in(client, "ADMIN").get("/account").text
    address = re.search(r'<meta name="live-source" content="(/assets/[^"]+)">', html)[1]
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_behind_sign_in_links_the_colours_of_the_stages(client, sign_in):
    html = sign_in(client, "ADMIN").get("/account").text
    sheet = re.search(r'href="(/assets/stages\.[0-9a-f]+\.css)"', html)[1]
    answer = client.get(sheet)
    assert "immutable" in answer.headers["Cache-Control"]
    rules = re.findall(r'\[data-stage="[0-9a-f-]{36}"\] \{ --stage-h: (\d+); --stage-c: ([\d.]+);', answer.text)
    assert len(rules) == 5


def test_an_old_name_of_the_colours_answers_with_the_present_ones_and_is_not_kept(client, sign_in):
    sign_in(client, "ADMIN").get("/account")
    answer = client.get("/assets/stages.000000000000.css")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_a_recoloured_stage_is_seen_by_the_next_page(app, client, sign_in, database):
    sign_in(client, "ADMIN").get("/account")
    with database.admin() as connection:
        connection.execute("UPDATE turn_stages SET color = '#ff0000' WHERE name = 'Draft'")
    app.extensions["stage_colours"].forget()
    sheet = re.search(r'href="(/assets/stages\.[0-9a-f]+\.css)"', client.get("/account").text)[1]
    assert "--stage-h: 29; --stage-c: 0.130" in client.get(sheet).text


@pytest.mark.parametrize(
    ("colour", "hue", "chroma"),
    [("#ff0000", 29, 0.13), ("#3b78d8", 260, 0.13), ("#808080", None, 0.0), ("#8a8577", 91, 0.02)],
)
def test_hue_and_chroma_are_those_of_oklch(colour, hue, chroma):
    found_hue, found_chroma = hue_and_chroma(colour)
    assert found_chroma == pytest.approx(chroma, abs=0.003)
    if hue is not None:
        assert found_hue == pytest.approx(hue, abs=2)


def test_what_is_kept_by_the_front_is_what_the_pages_answer(live_server):
    page = httpx.get(f"{live_server}/login").text
    for address in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page):
        first, again = (httpx.get(live_server + address) for _ in range(2))
        assert first.status_code == again.status_code == 200
        assert again.content == first.content
        assert _lasting(again) == _lasting(first)
        assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
        assert 'sql;desc="0"' in again.headers["Server-Timing"]
        plain = httpx.get(live_server + address, headers={"Accept-Encoding": "identity"})
        assert plain.content == first.content and "Content-Encoding" not in plain.headers
        known = httpx.get(live_server + address, headers={"If-None-Match": first.headers["ETag"]})
        assert known.status_code == 304


def _lasting(answer) -> dict[str, str]:
    return {
        name: value for name, value in answer.headers.items() if name not in ("x-request-id", "server-timing", "date")
    }
