"""/admin/users, as administrators use it: inviting, changing, signing out, and who may touch whom."""

import re
from types import SimpleNamespace

import pytest
from psycopg.rows import namedtuple_row

from tests.conftest import PASSWORD, csrf_token
from tests.factories import make_property, make_token, make_user, make_vendor
from tests.web.turn_pages import PARTIAL, form_of, post
from turns_web.config import Settings

CHOSEN = "four words are enough"


@pytest.fixture(scope="module")
def settings(database) -> Settings:
    return database.settings(base_url="https://turns.example.com/")


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        yield connection


@pytest.fixture
def office(admin, person):
    """An administrator and a super administrator, each at their desk, and the addresses of their accounts."""
    ana, sue = make_user(admin, "ADMIN"), make_user(admin, "SUPER_ADMIN")
    return SimpleNamespace(ana=person(ana.email), sue=person(sue.email), ana_row=ana, sue_row=sue)


def invite(desk, **typed):
    form = form_of(desk.get("/admin/users").text, "/admin/users")
    return desk.post("/admin/users", data={**form, **typed})


def mail_to(admin, email):
    rows = admin.execute(
        "SELECT payload FROM outbox WHERE kind = 'mail' AND payload ->> 'to' = %s ORDER BY created_at DESC", [email]
    )
    return [row.payload for row in rows]


def link_in(mail):
    found = re.search(r"https://turns\.example\.com(/(?:invite|reset)/\S+)", mail["text"])
    assert found, mail["text"]
    assert found[0] in mail["html"]
    return found[1]


def choose(client, path, password=CHOSEN):
    return client.post(path, data={"csrf_token": csrf_token(client.get("/login").text), "password": password})


def press(desk, here, act):
    """The button of an account's page, pressed."""
    return desk.post(f"{here}/{act}", data=form_of(desk.get(here).text, f"{here}/{act}"))


def at(person):
    return f"/admin/users/{person.id}"


def row(admin, person):
    return admin.execute("SELECT * FROM users WHERE id = %s", [person.id]).fetchone()


def test_somebody_is_invited_by_mail_and_signs_in(app, admin, office):
    answer = invite(office.ana, email="mia@example.test", first_name="Mia", role="USER", markets="Reno")
    assert answer.status_code == 303
    page = office.ana.get(answer.location).text
    assert 'data-state="invited"' in page and "on its way to mia@example.test" in page
    (mail,) = mail_to(admin, "mia@example.test")
    assert office.ana_row.first_name in mail["text"] and "Reader" in mail["text"]
    mia = app.test_client()
    assert choose(mia, link_in(mail)).status_code == 303
    assert "mia@example.test" in mia.get("/account").text
    page = office.ana.get(answer.location).text
    assert 'data-state="active"' in page and "Mia" in page and "Reno" in page
    kept = admin.execute("SELECT count(*) FROM write_receipts WHERE answer::text LIKE '%%invite/%%'").fetchone()
    assert kept.count == 0


def test_an_invitation_sent_twice_invites_once(admin, office):
    form = form_of(office.ana.get("/admin/users").text, "/admin/users")
    sent = {**form, "email": "twice@example.test", "role": "USER"}
    assert len({office.ana.post("/admin/users", data=sent).location for _ in range(2)}) == 1
    assert len(mail_to(admin, "twice@example.test")) == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "no address"}, "email"),
        ({"email": "ADMIN.TAKEN@example.test"}, "email"),
        ({"role": ""}, "role"),
        ({"role": "KING"}, "role"),
        ({"role": "SUPER_ADMIN"}, "role"),
        ({"role": "VENDOR"}, "vendor_id"),
        ({"vendor_id": "00000000-0000-0000-0000-000000000009", "role": "VENDOR"}, "vendor_id"),
        ({"first_name": "x" * 101}, "first_name"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"markets": "x" * 101}, "markets"),
    ],
)
def test_what_cannot_be_invited_comes_back_as_it_was_typed(admin, office, typed, field):
    if not admin.execute("SELECT 1 FROM users WHERE email = 'admin.taken@example.test'").fetchone():
        make_user(admin, email="admin.taken@example.test")
    before = admin.execute("SELECT count(*) FROM users").fetchone()
    said = {"email": "new@example.test", "role": "USER", "last_name": "Łódź-O'Brien", "markets": "Elko, NV"}
    answer = invite(office.ana, **{**said, **typed})
    assert answer.status_code == 422
    assert f'data-error-for="{field}"' in answer.text
    assert form_of(answer.text, "/admin/users")["last_name"] == "Łódź-O'Brien"
    if field != "markets":
        assert 'value="Elko, NV"' in answer.text
    assert admin.execute("SELECT count(*) FROM users").fetchone() == before
    assert not mail_to(admin, "new@example.test")


def test_an_invitation_is_sent_again_and_withdrawn(app, admin, office):
    here = invite(office.ana, email="lee@example.test", role="USER").location
    assert press(office.ana, here, "invite").status_code == 303
    second, first = (link_in(mail) for mail in mail_to(admin, "lee@example.test"))
    assert app.test_client().get(first).status_code == 410
    assert app.test_client().get(second).status_code == 200
    assert press(office.ana, here, "withdraw").status_code == 303
    assert app.test_client().get(second).status_code == 410
    page = office.ana.get(here).text
    assert 'data-state="withdrawn"' in page and "Invitation: none → withdrawn" in page
    again = post(office.ana, f"{here}/withdraw")
    assert again.status_code == 422 and "waits any more" in again.text
    enabled = post(office.ana, f"{here}/enable", version="1")
    assert enabled.status_code == 422 and "have not accepted" in enabled.text


def test_another_address_sends_another_invitation(app, admin, office):
    here = invite(office.ana, email="typo@example.test", role="USER").location
    form = form_of(office.ana.get(f"{here}/edit").text, f"{here}/edit")
    assert office.ana.post(f"{here}/edit", data={**form, "email": "right@example.test"}).status_code == 303
    (old,) = mail_to(admin, "typo@example.test")
    (new,) = mail_to(admin, "right@example.test")
    assert app.test_client().get(link_in(old)).status_code == 410
    assert app.test_client().get(link_in(new)).status_code == 200


def test_an_account_is_changed_with_its_version_and_merged(admin, office):
    person = make_user(admin, "USER", first_name="Ben", phone="1")
    here = at(person)
    form = form_of(office.ana.get(f"{here}/edit").text, f"{here}/edit")
    other = form_of(office.sue.get(f"{here}/edit").text, f"{here}/edit")
    assert office.sue.post(f"{here}/edit", data={**other, "phone": "555 0100"}).status_code == 303
    merged = office.ana.post(f"{here}/edit", data={**form, "first_name": "Benno", "markets": "Reno"})
    assert merged.status_code == 303
    assert "Phone meanwhile" in office.ana.get(here).text
    now = row(admin, person)
    assert (now.first_name, now.phone, now.markets, now.version) == ("Benno", "555 0100", ["Reno"], 3)
    conflict = office.ana.post(f"{here}/edit", data={**form, "first_name": "Bernard", "write_id": "third"})
    assert conflict.status_code == 409 and 'data-conflict="first_name"' in conflict.text
    unchanged = form_of(office.ana.get(f"{here}/edit").text, f"{here}/edit")
    assert office.ana.post(f"{here}/edit", data=unchanged).status_code == 303
    assert row(admin, person).version == 3


def test_another_role_is_in_force_with_the_next_request(admin, office, person):
    somebody = make_user(admin, "USER")
    desk = person(somebody.email)
    assert desk.get("/admin/users").status_code == 403
    here = at(somebody)
    form = form_of(office.ana.get(f"{here}/edit").text, f"{here}/edit")
    assert office.ana.post(f"{here}/edit", data={**form, "role": "ADMIN"}).status_code == 303
    assert desk.get("/admin/users").status_code == 200


def test_a_manager_of_homes_gets_no_other_role_before_they_are_handed_over(admin, office):
    manager = make_user(admin, "PROPERTY_MANAGER")
    make_property(admin, manager)
    here = at(manager)
    form = form_of(office.ana.get(f"{here}/edit").text, f"{here}/edit")
    refused = office.ana.post(f"{here}/edit", data={**form, "role": "USER"})
    assert refused.status_code == 422
    assert 'data-error-for="role"' in refused.text and "1 home" in refused.text and f"{here}/disable" in refused.text


def test_only_a_super_administrator_touches_one(admin, office):
    here = at(office.sue_row)
    page = office.ana.get(here)
    assert page.status_code == 200 and "Only a super administrator changes" in page.text
    assert f'action="{here}' not in page.text
    assert office.ana.get(f"{here}/edit").status_code == 403
    for act in ("edit", "disable", "hand-over", "password", "sessions/end", "enable", "invite", "withdraw"):
        answer = post(office.ana, f"{here}/{act}", version="1", email="x@example.test", role="USER")
        assert answer.status_code == 403, act
    now = row(admin, office.sue_row)
    assert (now.version, now.is_active) == (1, True)
    assert office.sue.get("/account").status_code == 200
    promoted = make_user(admin, "USER")
    form = form_of(office.ana.get(f"{at(promoted)}/edit").text, f"{at(promoted)}/edit")
    refused = office.ana.post(f"{at(promoted)}/edit", data={**form, "role": "SUPER_ADMIN"})
    assert refused.status_code == 422 and 'data-error-for="role"' in refused.text
    form = form_of(office.sue.get(f"{at(promoted)}/edit").text, f"{at(promoted)}/edit")
    assert office.sue.post(f"{at(promoted)}/edit", data={**form, "role": "SUPER_ADMIN"}).status_code == 303


def test_an_invited_super_administrators_link_is_read_by_super_administrators_alone(admin, office, database):
    assert invite(office.sue, email="boss@example.test", role="SUPER_ADMIN").status_code == 303
    (mail,) = mail_to(admin, "boss@example.test")
    post(office.sue, "/forgot", email=office.sue_row.email)
    (forgotten,) = mail_to(admin, office.sue_row.email)
    for link in (link_in(mail), link_in(forgotten)):
        assert link in office.sue.get("/admin/outbox").text
        assert link not in office.ana.get("/admin/outbox").text


def test_a_new_password_by_mail(app, admin, office):
    somebody = make_user(admin, "DFO_APPROVER")
    assert press(office.ana, at(somebody), "password").status_code == 303
    (mail,) = mail_to(admin, somebody.email)
    client = app.test_client()
    assert choose(client, link_in(mail)).status_code == 303
    assert "Password" in office.ana.get(at(somebody)).text
    closed = make_user(admin, "USER", is_active=False)
    refused = post(office.ana, f"{at(closed)}/password")
    assert refused.status_code == 422 and "open it first" in refused.text


def test_sessions_and_tokens_of_others_are_listed_and_ended(admin, office, person):
    somebody = make_user(admin, "USER")
    make_token(admin, somebody, name="Nightly job")
    one, two = person(somebody.email), person(somebody.email)
    page = office.ana.get(at(somebody)).text
    sessions = re.findall(r'data-session="([^"]+)"', page)
    assert len(sessions) == 2 and "Nightly job" in page
    token = re.search(r'data-token="([^"]+)"', page)[1]
    assert press(office.ana, at(somebody), f"sessions/{sessions[0]}/end").status_code == 303
    assert sorted(desk.get("/account").status_code for desk in (one, two)) == [200, 303]
    assert post(office.ana, f"{at(somebody)}/sessions/end").status_code == 303
    assert [desk.get("/account").status_code for desk in (one, two)] == [303, 303]
    assert press(office.ana, at(somebody), f"tokens/{token}/revoke").status_code == 303
    page = office.ana.get(at(somebody)).text
    assert "Nightly job" not in page and "Nowhere." in page
    assert "Sessions ended" in page and "API tokens revoked" in page


def test_the_list_is_searched_filtered_sorted_and_windowed(admin, office):
    company = make_vendor(admin, company_name="Rivera Painting")
    make_user(admin, "VENDOR", vendor_id=company.id, first_name="Zoë", last_name="Rivera")
    for number in range(60):
        make_user(admin, "INSPECTOR", markets=["Elko"], last_name=f"Window {number:02}")
    found = office.ana.get("/admin/users?q=zoe+riv")
    assert 'data-count="1"' in found.text and "Rivera Painting" in found.text
    asked = "/admin/users?role=INSPECTOR&market=Elko&sort=-last_name"
    page = office.ana.get(asked, headers=PARTIAL).text
    assert 'data-count="60"' in page
    seen = re.findall(r'data-user="([^"]+)"', page)
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    seen += re.findall(r'data-user="([^"]+)"', office.ana.get(following, headers=PARTIAL).text)
    assert len(seen) == len(set(seen)) == 60
    for sort in ("email", "-role", "last_login", "-last_login"):
        assert office.ana.get(f"/admin/users?sort={sort}").status_code == 200
    for nonsense in ("role=KING", "state=odd", "sort=password_hash", "cursor=x", "vendor_id=x"):
        assert office.ana.get(f"/admin/users?{nonsense}").status_code == 400, nonsense
    assert "system@" not in office.ana.get("/admin/users?q=system").text


@pytest.mark.parametrize("role", ["PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "DFO_APPROVER", "INSPECTOR", "VENDOR"])
def test_others_are_refused(admin, office, person, role):
    other, somebody = person(make_user(admin, role).email), make_user(admin)
    for path in ("/admin/users", at(somebody), f"{at(somebody)}/edit", f"{at(somebody)}/disable"):
        assert other.get(path).status_code == 403
    assert post(other, f"{at(somebody)}/disable", version="1").status_code == 403
    assert post(other, "/admin/users", email="x@example.test", role="ADMIN").status_code == 403


def test_an_account_that_is_not_there(office):
    for path in ("", "/edit", "/disable", "/history"):
        assert office.ana.get(f"/admin/users/00000000-0000-0000-0000-000000000001{path}").status_code == 404


def test_whoever_forgot_their_password_is_mailed_a_link(app, client, admin):
    somebody = make_user(admin, "PROPERTY_MANAGER")
    assert 'href="/forgot"' in client.get("/login").text
    answers = [post_forgot(client, email) for email in (somebody.email.upper(), "nobody@example.test")]
    assert [answer.status_code for answer in answers] == [200, 200]
    texts = [answer.text.replace(somebody.email.upper(), "X").replace("nobody@example.test", "X") for answer in answers]
    assert texts[0] == texts[1]
    (mail,) = mail_to(admin, somebody.email)
    assert not mail_to(admin, "nobody@example.test")
    assert choose(client, link_in(mail)).status_code == 303
    assert client.get("/account").status_code == 200
    wrong = post_forgot(app.test_client(), "no address")
    assert wrong.status_code == 422 and 'data-error-for="email"' in wrong.text


def post_forgot(client, email, host="http://localhost"):
    token = csrf_token(client.get("/forgot", base_url=host).text)
    return client.post("/forgot", data={"csrf_token": token, "email": email}, base_url=host)


def test_a_made_up_host_is_in_no_mail(client, admin):
    somebody = make_user(admin)
    assert post_forgot(client, somebody.email, "http://evil.example").status_code == 200
    (mail,) = mail_to(admin, somebody.email)
    assert "evil.example" not in mail["text"] + mail["html"]


def test_the_password_of_a_session_that_is_left_signs_in_no_more(app, admin, office):
    """Disabled, then enabled: the password is the one from before, sessions and links are dead."""
    somebody = make_user(admin)
    assert press(office.ana, at(somebody), "password").status_code == 303
    (mail,) = mail_to(admin, somebody.email)
    form = form_of(office.ana.get(f"{at(somebody)}/disable").text, f"{at(somebody)}/disable")
    assert office.ana.post(f"{at(somebody)}/disable", data=form).status_code == 303
    assert app.test_client().get(link_in(mail)).status_code == 410
    assert press(office.ana, at(somebody), "enable").status_code == 303
    client = app.test_client()
    sent = {"email": somebody.email, "password": PASSWORD, "csrf_token": csrf_token(client.get("/login").text)}
    assert client.post("/login", data=sent).status_code == 303
