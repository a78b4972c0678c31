"""Streams of events, on a real server, with rows that row security keeps apart."""

import hashlib
import secrets
import signal
import time
from datetime import timedelta

import pytest

from tests.api.programs import api_token
from tests.factories import STAGES, make_property, make_turn, make_user
from tests.streams import Stream
from turns_web.accounts import actions
from turns_web.core import db, outbox
from turns_web.core.identity import Identity, Role, system_identity
from turns_web.properties.events import property_changed
from turns_web.turns.events import turn_changed


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def listen(app, live_server):
    """listen(person): an open stream of theirs."""
    streams = []

    def open_for(person, query="", **headers):
        stream = Stream(live_server, signed_in(person), query, **headers)
        streams.append(stream)
        return stream

    yield open_for
    for stream in streams:
        stream.close()


def signed_in(person):
    token = secrets.token_urlsafe(32)
    hashed = hashlib.sha256(token.encode()).hexdigest()
    with db.sign_in() as session:
        actions.start_session(session, person.id, hashed, "127.0.0.1", "tests", timedelta(days=1))
    return token


def tell(turn, change="updated", before=None, **changed):
    """As a page does it: an event in a transaction, told after its commit."""
    row = {**turn._asdict(), **changed}
    with db.write(system_identity()) as session:
        turn_changed(session, row, change, before=before)


def test_a_program_listens_with_a_token_until_it_is_revoked(live_server, admin, app):
    turn = make_turn(admin)
    ana = make_user(admin, "ADMIN")
    stream = Stream(live_server, Authorization=f"Bearer {api_token(admin, ana, 'read')}")
    tell(turn)
    assert stream.next()[1]["id"] == str(turn.id)
    admin.execute("UPDATE api_tokens SET revoked_at = now() WHERE user_id = %s", [ana.id])
    assert stream.ended()
    stream.close()


def test_nobody_listens_without_signing_in(live_server):
    assert Stream(live_server).status == 401
    assert Stream(live_server, "made-up").status == 401


def test_a_bearer_token_listens_too(live_server, app, admin):
    stream = Stream(live_server, Authorization=f"Bearer {signed_in(make_user(admin, 'ADMIN'))}")
    assert stream.status == 200
    stream.close()


def test_a_stream_is_neither_kept_nor_compressed_nor_held_up(listen, admin):
    stream = listen(make_user(admin, "ADMIN"), Accept_Encoding="gzip, br")
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert stream.headers["Cache-Control"] == "no-store, private"
    assert stream.headers["X-Accel-Buffering"] == "no"
    assert stream.headers["Content-Encoding"] is None
    assert stream.headers["X-Request-ID"]


def test_an_event_says_what_changed_and_never_data(listen, admin):
    stream = listen(make_user(admin, "ADMIN"))
    turn = make_turn(admin, turn_amount=1234)
    tell(turn, "moved")
    assert stream.next() == (
        "turn",
        {"id": str(turn.id), "version": turn.version, "stage_id": str(STAGES["Draft"]), "change": "moved"},
    )


def test_a_manager_hears_of_their_own_turns_only(listen, admin):
    manager, other = make_user(admin, "PROPERTY_MANAGER"), make_user(admin, "PROPERTY_MANAGER")
    mine = make_turn(admin, make_property(admin, manager=manager))
    foreign = make_turn(admin, make_property(admin, manager=other))
    stream = listen(manager)
    tell(foreign)
    tell(mine)
    assert stream.nothing_before("turn", mine.id)


def test_an_inspector_hears_of_a_turn_they_oversee_and_not_of_its_neighbour(listen, admin):
    inspector = make_user(admin, "INSPECTOR", markets=["East"])
    neighbour = make_turn(admin, make_property(admin, market="East"))
    mine = make_turn(admin, make_property(admin, market="East"), turns_superintendent_id=inspector.id)
    stream = listen(inspector)
    tell(neighbour)
    tell(mine)
    assert stream.nothing_before("turn", mine.id)


def test_whoever_an_event_does_not_tell_apart_is_asked_of_row_security(listen, admin):
    inspector = make_user(admin, "INSPECTOR", markets=["East"])
    far, overseen = make_property(admin, market="West"), make_property(admin, market="West")
    make_turn(admin, overseen, turns_superintendent_id=inspector.id)
    stream = listen(inspector)
    with db.write(system_identity()) as session:
        property_changed(session, far._asdict(), "updated")
        property_changed(session, overseen._asdict(), "updated")
    assert stream.nothing_before("property", overseen.id)


def test_who_loses_sight_of_a_turn_is_told_that_it_is_gone(listen, admin):
    old, new = make_user(admin, "PROPERTY_MANAGER"), make_user(admin, "PROPERTY_MANAGER")
    turn = make_turn(admin, make_property(admin, manager=old))
    losing, gaining = listen(old), listen(new)
    tell(turn, before=turn._asdict(), property_manager_id=new.id)
    kind, data = losing.next()
    assert (kind, data["id"], data["change"], data["stage_id"]) == ("turn", str(turn.id), "gone", None)
    assert gaining.next()[1]["change"] == "updated"


def test_a_refused_write_tells_nothing(listen, admin):
    stream = listen(make_user(admin, "ADMIN"))
    refused, saved = make_turn(admin), make_turn(admin)
    with pytest.raises(ZeroDivisionError), db.write(system_identity()) as session:
        turn_changed(session, refused._asdict(), "updated")
        raise ZeroDivisionError
    tell(saved)
    assert stream.nothing_before("turn", saved.id)


def test_a_browser_that_comes_back_hears_what_it_missed(listen, admin):
    person = make_user(admin, "ADMIN")
    stream = listen(person)
    seen, missed = make_turn(admin), make_turn(admin)
    tell(seen)
    stream.next()
    stream.close()
    tell(missed)
    again = listen(person, Last_Event_ID=stream.last_id)
    assert again.nothing_before("turn", missed.id)


def test_a_browser_that_comes_back_from_the_unknown_fetches_anew(listen, admin):
    again = listen(make_user(admin, "ADMIN"), Last_Event_ID="3f2c0000-0000-4000-8000-000000000000")
    assert again.next() == ("refetch", {})


def test_a_page_misses_nothing_between_its_making_and_its_stream(listen, admin):
    person = make_user(admin, "ADMIN")
    other = listen(person)
    turn = make_turn(admin)
    made = time.time()
    tell(turn)
    other.next()
    stream = listen(person, f"?age={(time.time() - made) * 1000:.0f}")
    kind, data = stream.next()
    while kind != "refetch" and data["id"] != str(turn.id):  # of the test before, within the margin
        kind, data = stream.next()
    assert kind == "refetch" or data["id"] == str(turn.id)


def test_signing_out_closes_the_stream(listen, admin):
    person = make_user(admin, "ADMIN")
    stream, stays = listen(person), listen(person)
    token = signed_in(person)
    closing = Stream(f"http://{stream._connection.host}:{stream._connection.port}", token)
    with db.sign_in() as session:
        actions.end_session(session, hashlib.sha256(token.encode()).hexdigest())
    outbox.announce_now(outbox.SESSIONS)
    assert closing.ended(1)
    assert not stays.ended(0)


@pytest.mark.parametrize(
    "change", ["is_active = false", "role = 'USER'", "markets = '{Elsewhere}'"], ids=["disabled", "role", "markets"]
)
def test_a_change_of_rights_closes_the_stream(listen, admin, change):
    person = make_user(admin, "PROPERTY_MANAGER")
    stream = listen(person)
    admin.execute(f"UPDATE users SET {change} WHERE id = %s", [person.id])
    assert stream.ended(5)


def test_many_rows_at_once_are_one_refetch(listen, admin):
    stream = listen(make_user(admin, "USER"))
    with db.write(system_identity()) as session:
        outbox.emit(session, outbox.EVERYTHING)
    assert stream.next() == ("refetch", {})


def test_open_streams_hold_no_thread_and_no_connection(listen, admin, live_server):
    person = make_user(admin, "ADMIN")
    streams = [listen(person) for _ in range(60)]
    turn = make_turn(admin)
    tell(turn)
    assert all(stream.nothing_before("turn", turn.id) for stream in streams)
    busy = admin.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
        " AND pid <> pg_backend_pid()"
    ).fetchone()
    assert busy[0] == 0


def test_identities_of_one_token_and_of_many_agree(app, admin):
    from turns_web.accounts.queries import identities_of, identity_of

    person = make_user(admin, "INSPECTOR", markets=["East"])
    hashed = hashlib.sha256(signed_in(person).encode()).hexdigest()
    found = identities_of([hashed, "of nobody"])
    assert found == {hashed: identity_of(hashed, None, None)}
    assert isinstance(found[hashed], Identity) and found[hashed].role is Role.INSPECTOR


def test_a_server_that_stops_does_not_wait_for_its_streams(database, settings, admin, app):
    from tests.conftest import served

    with served(database, settings) as (address, process):
        stream = Stream(address, signed_in(make_user(admin, "ADMIN")))
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert stream.ended(3)
        process.wait(5)
        assert time.monotonic() - started < 4
