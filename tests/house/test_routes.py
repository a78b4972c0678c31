"""What holds for every route, also those that nobody has written yet."""

from uuid import uuid4

import pytest

from turns_web.access import ACTIONS
from turns_web.api.writes.registry import RESOURCES

# Served outside sign-in by their nature: files, probes.
OPEN = {"assets", "health"}
# What it asks for is in the request itself, and nothing is kept in the browser.
WITH_PASSWORD = {"api.login"}


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] not in OPEN]


def is_api(rule) -> bool:
    return rule.rule.startswith("/api/")


def address(rule) -> str:
    given = {name: 1 if f"<int:{name}>" in rule.rule else str(uuid4()) for name in rule.arguments}
    _, path = rule.build(given, append_unknown=False)
    return path


def test_every_route_names_its_access(app):
    for rule in rules(app):
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        assert access == "public" or access in ACTIONS, f"{rule} has neither @allow nor @public"


def test_every_action_is_some_routes_or_operations(app):
    used = {getattr(app.view_functions[rule.endpoint], "access", None) for rule in rules(app)}
    used |= {operation.access for resource in RESOURCES.values() for operation in resource.operations.values()}
    assert set(ACTIONS) - used == set()


def test_a_post_without_its_token_is_refused_everywhere(app, client, sign_in):
    sign_in(client, "SUPER_ADMIN")
    posts = [rule for rule in rules(app) if rule.methods & {"POST", "PUT"} and rule.endpoint not in WITH_PASSWORD]
    assert posts
    for rule in posts:
        method = "POST" if "POST" in rule.methods else "PUT"
        answer = client.open(address(rule), method=method, data={"note": "kept", "csrf_token": "foreign"})
        assert answer.status_code == 403, rule
        if is_api(rule):
            assert answer.json["error"]["type"] == "PERMISSION", rule
        else:
            assert "kept" in answer.text, rule


def test_nobody_is_led_to_sign_in(app, client):
    for rule in rules(app):
        if "GET" in rule.methods and app.view_functions[rule.endpoint].access != "public":
            answer = client.get(address(rule))
            if is_api(rule):
                assert (answer.status_code, answer.json["error"]["type"]) == (401, "AUTH"), rule
                continue
            assert (answer.status_code, answer.location.split("?")[0]) == (303, "/login"), rule


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/turns/none"])
def test_every_page_carries_the_headers_that_protect_it(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_page_that_is_not_there_is_the_same_bytes_each_time(client, sign_in):
    sign_in(client, "PROPERTY_MANAGER")
    first, second = client.get(f"/turns/{uuid4()}"), client.get(f"/turns/{uuid4()}?a=1")
    assert first.status_code == second.status_code == 404
    assert first.data == second.data
    assert "csrf" not in first.text
