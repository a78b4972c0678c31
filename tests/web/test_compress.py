"""Answers are compressed for whoever takes it."""

import gzip

import brotli
import pytest

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize(("accepted", "encoding"), [("br, gzip", "br"), ("gzip", "gzip"), ("gzip;q=0, br", "br")])
def test_a_page_comes_in_the_best_encoding_that_is_taken(client, accepted, encoding):
    answer = client.get("/login", headers={"Accept-Encoding": accepted})
    assert answer.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert b"</html>" in UNPACK[encoding](answer.data)
    assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize("accepted", ["", "identity", "zstd"])
def test_who_takes_none_gets_it_plain(client, accepted):
    answer = client.get("/login", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert "</html>" in answer.text


def test_what_is_short_is_left_as_it_is(client):
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "br"}).headers
