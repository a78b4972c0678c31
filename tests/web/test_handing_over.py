"""Somebody leaves: what hangs on them is listed, goes to others, and the account is closed."""

import re
from types import SimpleNamespace

import pytest
from psycopg.rows import namedtuple_row

from tests.conftest import run_turns
from tests.factories import make_property, make_token, make_turn, make_user, waiting
from tests.together import at_once
from tests.web.turn_pages import form_of, post


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        yield connection


@pytest.fixture
def desk(admin, person):
    return person(make_user(admin, "ADMIN").email)


@pytest.fixture
def leaver(admin):
    """A manager with homes, a turn to oversee, one that waits for approval and a shared view; others with theirs."""
    leaver, taker, other = (make_user(admin, "PROPERTY_MANAGER") for _ in range(3))
    homes = [make_property(admin, leaver, is_archived=number == 2) for number in range(3)]
    turn = make_turn(admin, homes[0], turns_superintendent_id=leaver.id)
    make_turn(admin, make_property(admin, other), **waiting("500", submitted_by=leaver.id))
    done = make_turn(admin, make_property(admin, other), "Complete", turns_superintendent_id=leaver.id)
    noise = make_property(admin, other)
    admin.execute(
        "INSERT INTO saved_views (owner_id, page, name, query, shared_with_role)"
        " VALUES (%s, 'board', 'Theirs', '', 'USER'), (%s, 'board', 'Own', '', NULL)",
        [leaver.id, leaver.id],
    )
    return SimpleNamespace(
        row=leaver, taker=taker, other=other, homes=homes, turn=turn, done=done, noise=noise,
        here=f"/admin/users/{leaver.id}",
    )  # fmt: skip


def counts_on(html):
    return dict(re.findall(r'data-holding="(\w+)" data-count="(\d+)"', html))


def form(desk, leaver, **chosen):
    """The form of leaving; everything goes to the taker but what is chosen otherwise."""
    found = form_of(desk.get(f"{leaver.here}/disable").text, f"{leaver.here}/disable")
    everything = {name: str(leaver.taker.id) for name in ("property_manager_id", "turns_superintendent_id")}
    return {**found, **everything, "views_owner_id": str(leaver.taker.id), **chosen}


def account(admin, person):
    return admin.execute("SELECT is_active, version FROM users WHERE id = %s", [person.id]).fetchone()


def test_what_hangs_on_somebody_is_counted_before_they_leave(desk, leaver):
    told = {"property_manager_id": "3", "turns_superintendent_id": "1", "views_owner_id": "1", "submitted_by": "1"}
    assert counts_on(desk.get(leaver.here).text) == told
    assert counts_on(desk.get(f"{leaver.here}/disable").text) == told


def test_it_goes_to_others_with_one_version_and_one_line_of_history_each(admin, desk, leaver, person):
    theirs = person(leaver.row.email)
    answer = desk.post(f"{leaver.here}/disable", data=form(desk, leaver))
    assert (answer.status_code, answer.location) == (303, leaver.here)
    homes = admin.execute(
        "SELECT property_manager_id, version FROM properties WHERE id = ANY(%s)", [[home.id for home in leaver.homes]]
    ).fetchall()
    assert {home.property_manager_id for home in homes} == {leaver.taker.id}
    assert {home.version for home in homes} == {2}
    turn = admin.execute("SELECT * FROM turns WHERE id = %s", [leaver.turn.id]).fetchone()
    assert (turn.turns_superintendent_id, turn.property_manager_id, turn.version) == (
        leaver.taker.id,
        leaver.taker.id,
        2,
    )
    for id in (*(home.id for home in leaver.homes), leaver.turn.id):
        found = admin.execute("SELECT count(*) FROM audit_logs WHERE record_id = %s AND action = 'UPDATE'", [id])
        assert found.fetchone() == (1,)
    done = admin.execute("SELECT turns_superintendent_id FROM turns WHERE id = %s", [leaver.done.id]).fetchone()
    assert done == (leaver.row.id,), "who oversaw what is done stays who it was"
    noise = admin.execute("SELECT property_manager_id, version FROM properties WHERE id = %s", [leaver.noise.id])
    assert noise.fetchone() == (leaver.other.id, 1)
    views = admin.execute(
        "SELECT name, owner_id FROM saved_views WHERE owner_id IN (%s, %s)", [leaver.row.id, leaver.taker.id]
    )
    assert set(views) == {("Own", leaver.row.id), ("Theirs", leaver.taker.id)}
    assert account(admin, leaver.row) == (False, 2)
    assert theirs.get("/account").location.startswith("/login")
    assert counts_on(desk.get(leaver.here).text) == {"submitted_by": "1"}


def test_nothing_is_done_before_somebody_is_chosen_for_everything(admin, desk, leaver):
    dfo = make_user(admin, "DFO_APPROVER")
    closed = make_user(admin, "PROPERTY_MANAGER", is_active=False)
    for wrong in ("", str(leaver.row.id), str(dfo.id), str(closed.id), "nobody"):
        answer = desk.post(f"{leaver.here}/disable", data=form(desk, leaver, property_manager_id=wrong))
        assert answer.status_code == 422, wrong
        assert 'data-error-for="property_manager_id"' in answer.text
        assert form_of(answer.text, "/disable")["views_owner_id"] == str(leaver.taker.id)
    assert account(admin, leaver.row) == (True, 1)
    assert counts_on(desk.get(leaver.here).text)["views_owner_id"] == "1"


def test_it_may_be_left_and_handed_over_later(admin, desk, leaver):
    left = dict.fromkeys(("property_manager_id", "turns_superintendent_id", "views_owner_id"), "keep")
    assert desk.post(f"{leaver.here}/disable", data=form(desk, leaver, **left)).status_code == 303
    assert account(admin, leaver.row) == (False, 2)
    assert counts_on(desk.get(leaver.here).text)["property_manager_id"] == "3"
    assert desk.post(f"{leaver.here}/hand-over", data=form(desk, leaver)).status_code == 303
    assert counts_on(desk.get(leaver.here).text) == {"submitted_by": "1"}


def test_homes_are_handed_over_before_another_role(admin, desk, leaver):
    assert desk.post(f"{leaver.here}/hand-over", data=form(desk, leaver)).status_code == 303
    assert account(admin, leaver.row) == (True, 1)
    edit = form_of(desk.get(f"{leaver.here}/edit").text, f"{leaver.here}/edit")
    assert desk.post(f"{leaver.here}/edit", data={**edit, "role": "USER"}).status_code == 303


def test_sent_twice_it_is_done_once_and_an_older_version_is_a_conflict(admin, desk, leaver):
    sent = form(desk, leaver)
    admin.execute("UPDATE users SET phone = '1' WHERE id = %s", [leaver.row.id])
    assert desk.post(f"{leaver.here}/disable", data=sent).status_code == 409
    assert account(admin, leaver.row) == (True, 2)
    assert counts_on(desk.get(leaver.here).text)["property_manager_id"] == "3", "nothing of it was done"
    sent = form(desk, leaver)
    assert [desk.post(f"{leaver.here}/disable", data=sent).status_code for _ in range(2)] == [303, 303]
    assert account(admin, leaver.row) == (False, 3)


def test_programs_of_theirs_are_refused_for_good(admin, desk, leaver):
    token = make_token(admin, leaver.row)
    desk.post(f"{leaver.here}/disable", data=form(desk, leaver))
    post(desk, f"{leaver.here}/enable", version="2")
    revoked = admin.execute("SELECT revoked_at FROM api_tokens WHERE id = %s", [token.id]).fetchone()
    assert revoked.revoked_at and account(admin, leaver.row).is_active


def test_nobody_disables_themselves(admin, person):
    own = make_user(admin, "ADMIN")
    answer = post(person(own.email), f"/admin/users/{own.id}/disable", version="1")
    assert answer.status_code == 422 and "another administrator" in answer.text


def test_two_super_administrators_who_disable_each_other_leave_one(admin, app, person):
    admin.execute("UPDATE users SET role = 'ADMIN' WHERE role = 'SUPER_ADMIN' AND password_hash IS NOT NULL")
    pair = [make_user(admin, "SUPER_ADMIN") for _ in range(2)]
    make_user(admin, "SUPER_ADMIN", is_active=False, password_hash=None)
    desks = [person(one.email) for one in pair]
    forms = [
        form_of(desk.get(f"/admin/users/{other.id}/disable").text, "/disable")
        for desk, other in zip(desks, reversed(pair), strict=True)
    ]

    def press(number):
        other = pair[1 - number]
        return desks[number].post(f"/admin/users/{other.id}/disable", data=forms[number]).status_code

    came = at_once([lambda: press(0), lambda: press(1)])
    assert sorted(came)[0] == 303 and sorted(came)[1] != 303
    left = admin.execute("SELECT count(*) FROM users WHERE id = ANY(%s) AND is_active", [[one.id for one in pair]])
    assert left.fetchone() == (1,)
    kept = next(one for one in pair if account(admin, one).is_active)
    edit = f"/admin/users/{kept.id}/edit"
    last = person(kept.email)
    refused = last.post(edit, data={**form_of(last.get(edit).text, edit), "role": "ADMIN"})
    assert refused.status_code == 422 and "last super administrator" in refused.text


def test_the_command_line_says_what_still_hangs_on_somebody(admin, database, leaver):
    said = run_turns(database, "users", "disable", leaver.row.email)
    assert said.returncode == 0
    assert "3 homes" in said.stdout and leaver.here in said.stdout


def test_a_shared_view_tells_whose_it_was_where_its_taker_has_one_of_that_name(desk, leaver, admin):
    share = (
        "INSERT INTO saved_views (owner_id, page, name, query, shared_with_role) VALUES (%s, 'board', %s, '', 'USER')"
    )
    admin.execute(share, [leaver.taker.id, "Theirs"])
    chosen = {"property_manager_id": "keep", "turns_superintendent_id": "keep", "views_owner_id": leaver.taker.id}
    assert post(desk, f"{leaver.here}/hand-over", **chosen).status_code == 303
    admin.execute(share, [leaver.row.id, "Theirs"])
    assert post(desk, f"{leaver.here}/hand-over", **chosen).status_code == 303
    views = admin.execute("SELECT name FROM saved_views WHERE owner_id = %s ORDER BY length(name)", [leaver.taker.id])
    own, first, second = (row.name for row in views)
    whose = leaver.row.email[:27]
    assert (own, first) == ("Theirs", f"Theirs ({whose})")
    assert second.startswith(f"Theirs ({whose}, ")
