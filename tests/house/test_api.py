"""What holds for every route of the API, also those that nobody has written yet."""

import re

import pytest

from turns_web.api.collections import COLLECTIONS
from turns_web.api.openapi.document import document
from turns_web.api.openapi.shapes import title
from turns_web.core.versioned import readable

METHODS = {"get", "post", "put", "patch", "delete"}


def served(app) -> set[tuple[str, str]]:
    """(method, path) of each route, its parameters written as OpenAPI does."""
    return {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_described_and_nothing_else_is(app):
    described = {(method, path) for path, item in document()["paths"].items() for method in item.keys() & METHODS}
    assert described == served(app)


def test_every_operation_has_a_name_of_its_own():
    names = [item[method]["operationId"] for item in document()["paths"].values() for method in item.keys() & METHODS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda collection: collection.name)
def test_keys_of_a_row_are_its_columns(collection):
    assert list(document()["components"]["schemas"][title(collection.row)]["properties"]) == [
        column.name for column in readable(collection.table)
    ]


def test_every_reference_leads_somewhere():
    for reference in re.findall(r"'\$ref': '#/components/(\w+)/(\w+)'", str(document())):
        assert reference[1] in document()["components"][reference[0]], reference


def test_openapi_is_answered_to_everybody(client):
    assert client.get("/api/openapi.json").json == document()


def test_the_page_shows_every_operation(client):
    page = client.get("/api/docs")
    assert page.status_code == 200 and "script-src 'self'" in page.headers["Content-Security-Policy"]
    for path, item in document()["paths"].items():
        for method in item.keys() & METHODS:
            assert f'id="{item[method]["operationId"]}"' in page.text and path in page.text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
