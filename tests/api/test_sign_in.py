"""Programs that sign in: by a password for a session's token, or by a token that a person made for them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.api.programs import Program, api_token, signed_in
from tests.conftest import PASSWORD, csrf_token
from tests.factories import make_user, make_vendor
from turns_web.core.clock import now

STAFF_FOLLOW = ["notifications", "properties", "property-types", "turn-stages", "turns", "vendors"]


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def ana(admin):
    return make_user(admin, "PROPERTY_MANAGER", first_name="Ana")


def sign_in(app, **body):
    return app.test_client().post("/api/auth/login", json=body)


def refusal(answer):
    return answer.status_code, answer.json["error"]["type"]


def test_signing_in_answers_the_person_a_token_and_what_to_follow(app, ana):
    answer = sign_in(app, email=f" {ana.email.upper()} ", password=PASSWORD)
    assert answer.status_code == 200
    assert set(answer.json) == {"user", "token", "shapes"}
    assert (answer.json["user"]["id"], answer.json["user"]["role"]) == (str(ana.id), "PROPERTY_MANAGER")
    assert "password_hash" not in answer.json["user"]
    assert answer.json["shapes"] == [f"/api/sync/{table}" for table in STAFF_FOLLOW]
    assert "Set-Cookie" not in answer.headers
    assert Program(app, answer.json["token"]).get("/api/turns").status_code == 200


def test_a_vendor_follows_their_turns_only(app, admin):
    vendor = make_user(admin, "VENDOR", vendor_id=make_vendor(admin).id)
    answer = sign_in(app, email=vendor.email, password=PASSWORD)
    assert answer.json["shapes"] == ["/api/sync/turn-stages", "/api/sync/turns"]


def test_a_wrong_address_and_a_wrong_password_are_answered_the_same(app, ana):
    wrong = [
        sign_in(app, email=ana.email, password="not the password"),
        sign_in(app, email="nobody@example.test", password=PASSWORD),
        sign_in(app, email="x" * 10_000, password=PASSWORD),
    ]
    assert [refusal(answer) for answer in wrong] == [(401, "AUTH")] * 3
    assert wrong[0].data == wrong[1].data == wrong[2].data
    assert wrong[0].headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": "a@example.test"}, "password"),
        ({"email": None, "password": PASSWORD}, "email"),
        ({"email": 5, "password": PASSWORD}, "email"),
        ({"email": "a@example.test", "password": [PASSWORD]}, "password"),
        ({"email": "a\x00@example.test", "password": PASSWORD}, "email"),
        ({"email": "a\ud800@example.test", "password": PASSWORD}, "email"),
        ({"email": "a@example.test", "password": "\ud800"}, "password"),
        ({"email": "a@example.test", "password": PASSWORD, "remember": True}, "remember"),
    ],
)
def test_what_cannot_be_a_sign_in_names_the_field(app, body, field):
    answer = sign_in(app, **body)
    assert refusal(answer) == (422, "VALIDATION")
    assert field in answer.json["error"]["fields"]


def test_a_form_is_no_json(app):
    answer = app.test_client().post("/api/auth/login", data={"email": "a@example.test", "password": PASSWORD})
    assert refusal(answer) == (415, "MEDIA_TYPE")


def test_signing_out_kills_the_token_at_once(app, ana):
    program, other = signed_in(app, ana), signed_in(app, ana)
    answer = program.post("/api/auth/logout")
    assert (answer.status_code, answer.json) == (200, {"success": True})
    assert "Set-Cookie" not in answer.headers
    assert refusal(program.get("/api/turns")) == refusal(program.post("/api/auth/logout")) == (401, "AUTH")
    assert other.get("/api/turns").status_code == 200


def test_nobody_is_answered_401_and_told_how_to_sign_in(app):
    nobody = app.test_client()
    for answer in (nobody.get("/api/turns"), nobody.post("/api/auth/logout")):
        assert refusal(answer) == (401, "AUTH")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("shown", ["Bearer made-up", "bearer", "Bearer " + "x" * 500, "Bearer é"])
def test_a_wrong_bearer_is_not_made_good_by_a_cookie(person, ana, shown):
    browser = person(ana.email)
    assert browser.get("/api/turns").status_code == 200
    headers = {"Authorization": shown}
    assert refusal(browser.get("/api/turns", headers=headers)) == (401, "AUTH")
    assert refusal(browser.post("/api/auth/logout", headers=headers)) == (401, "AUTH")


def test_pages_ask_for_the_cookie(app, ana):
    answer = signed_in(app, ana).get("/account")
    assert (answer.status_code, answer.location) == (303, "/login?next=%2Faccount")


def test_a_write_by_cookie_carries_the_csrf_token_and_one_by_bearer_needs_none(person, ana):
    browser = person(ana.email)
    token = csrf_token(browser.get("/account").text)
    assert refusal(browser.post("/api/auth/logout")) == (403, "PERMISSION")
    assert refusal(browser.post("/api/auth/logout", headers={"X-CSRF-Token": "made-up"})) == (403, "PERMISSION")
    assert browser.get("/account").status_code == 200
    assert browser.post("/api/auth/logout", headers={"X-CSRF-Token": token}).status_code == 200
    assert browser.get("/account").location.startswith("/login")


def test_a_cookie_beside_a_right_bearer_is_left_alone(app, person, ana, admin):
    browser = person(make_user(admin, "ADMIN").email)
    assert browser.post("/api/auth/logout", headers=signed_in(app, ana).headers).status_code == 200
    assert browser.get("/account").status_code == 200


def test_a_token_ends_when_it_says_when_it_is_revoked_and_with_its_account(app, admin, ana):
    ended = Program(app, api_token(admin, ana, expires_at=now() - timedelta(seconds=1)))
    revoked = Program(app, api_token(admin, ana, revoked_at=now()))
    lives = Program(app, api_token(admin, ana, expires_at=now() + timedelta(days=1)))
    assert [program.get("/api/turns").status_code for program in (ended, revoked, lives)] == [401, 401, 200]
    admin.execute("UPDATE users SET is_active = false WHERE id = %s", [ana.id])
    assert lives.get("/api/turns").status_code == 401
    admin.execute("UPDATE users SET is_active = true WHERE id = %s", [ana.id])
    assert lives.get("/api/turns").status_code == 401, "opening the account again revives no token"


def test_signing_out_with_an_api_token_revokes_it(app, admin, ana):
    program = Program(app, api_token(admin, ana, "read"))
    assert program.post("/api/auth/logout").status_code == 200
    assert program.get("/api/turns").status_code == 401


def test_a_token_shows_when_it_was_used_last(app, admin, ana):
    program = Program(app, api_token(admin, ana))
    used = "SELECT last_used_at FROM api_tokens WHERE user_id = %s"
    assert admin.execute(used, [ana.id]).fetchone() == (None,)
    program.get("/api/turns")
    first = admin.execute(used, [ana.id]).fetchone()
    assert first[0] is not None
    program.get("/api/turns")
    assert admin.execute(used, [ana.id]).fetchone() == first, "written at most once a minute"


def test_an_api_token_is_no_cookie(app, admin, ana):
    browser = app.test_client()
    browser.set_cookie("turns_session", api_token(admin, ana))
    assert browser.get("/account").status_code == 303
    assert refusal(browser.get("/api/turns")) == (401, "AUTH")


def test_programs_that_use_a_token_for_the_first_time_together_are_all_let_in(app, admin, ana):
    token = api_token(admin, ana)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: Program(app, token).get("/api/turns").status_code, range(16)))
    assert answers == [200] * 16


def test_a_token_that_only_reads_changes_nothing(app, admin, ana):
    program = Program(app, api_token(admin, ana, "read"))
    assert program.get("/api/turns").status_code == 200
    answer = program.post("/api/write/vendors", {"operation": "create", "data": {}})
    assert refusal(answer) == (403, "PERMISSION")
    assert "only reads" in answer.json["error"]["message"]
