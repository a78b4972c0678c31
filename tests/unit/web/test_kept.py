"""Answers that never change are kept by what tells them apart, and by nothing that a visitor may make up."""

import pytest

from turns_web.web.kept import Kept


class Pages:
    """Counts what it is asked, and answers each path as an asset or as something that may change."""

    def __init__(self):
        self.asked = 0

    async def __call__(self, scope, receive, send):
        self.asked += 1
        kept = b"public, max-age=31536000, immutable" if "old" not in scope["path"] else b"no-store"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", kept)]})
        await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.fixture
def ask():
    pages = Pages()
    kept = Kept(pages)

    def asked(path, *headers, method="GET", query=b""):
        """How often the pages were asked in all, after this request."""
        scope = {"method": method, "path": path, "query_string": query, "headers": list(headers)}
        said = []

        async def send(message):
            said.append(message)

        with pytest.raises(StopIteration):  # nothing here waits, so that no loop has to drive it
            kept(scope, None, send).send(None)
        assert said[-1]["body"] == path.encode()
        return pages.asked

    return asked


def test_an_asset_is_made_once_for_each_encoding_whatever_else_is_taken(ask):
    assert ask("/assets/a.css") == ask("/assets/a.css") == 1
    packed = [ask("/assets/a.css", (b"accept-encoding", f"br, made-up-{number}".encode())) for number in range(50)]
    assert packed == [2] * 50


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/login", {}),
        ("/assets/old.css", {}),
        ("/assets/a.css", {"method": "HEAD"}),
        ("/assets/a.css", {"query": b"a=1"}),
    ],
)
def test_everything_else_is_asked_each_time(ask, path, more):
    assert [ask(path, **more) for _ in range(2)] == [1, 2]


def test_a_question_with_a_condition_goes_to_the_pages(ask):
    ask("/assets/a.css")
    assert ask("/assets/a.css", (b"if-none-match", b'"x"')) == 2
