"""Exports asked for by programs: what may be asked, how it is told, whose it is, and the file."""

from urllib.parse import parse_qs
from uuid import uuid4

import pytest

from tests.api.programs import refused


@pytest.fixture(autouse=True)
def exports_folder(database, monkeypatch):
    monkeypatch.setenv("TURNS_HOME", str(database.home))


def ask(program, type="turns", format="csv", **filters):
    return program.post("/api/reports/export", {"type": type, "format": format, "filters": filters})


def query(connection, answer) -> dict[str, list[str]]:
    assert answer.status_code == 202, answer.text
    id = answer.json["export"]["id"]
    return parse_qs(connection.execute("SELECT query FROM exports WHERE id = %s", [id]).fetchone()[0])


def test_an_export_is_told_from_asking_to_the_file(manager, connection, database, home):
    export = ask(manager, city="Reno").json["export"]
    assert (export["status"], export["progress"]) == ("queued", {"done": 0, "total": None})
    assert export["url"] == f"/api/reports/exports/{export['id']}/file"
    assert manager.get(f"/api/reports/exports/{export['id']}").json == {"export": export}
    refused(manager.get(export["url"]), 409, "NOT_READY")
    place = database.home / "exports" / export["id"]
    place.mkdir(parents=True)
    (place / "1.csv").write_bytes(b"turn_id\r\n")
    connection.execute(
        "UPDATE exports SET status = 'done', attempt = 1, total = 0, as_of = now(), source = 'primary', size_bytes = 9,"
        " file_name = 'Turns.csv', expires_at = now() + interval '7 days' WHERE id = %s",
        [export["id"]],
    )
    answer = manager.get(export["url"])
    assert (answer.status_code, answer.data) == (200, b"turn_id\r\n")
    assert answer.headers["Content-Disposition"] == "attachment; filename=Turns.csv"
    part = manager.client.get(export["url"], headers={**manager.headers, "Range": "bytes=2-3"})
    assert (part.status_code, part.data) == (206, b"rn")
    far = manager.client.get(export["url"], headers={**manager.headers, "Range": "bytes=99-"})
    refused(far, 416, "RANGE")
    assert far.headers["Content-Range"] == "bytes */9"
    assert export["id"] in {one["id"] for one in manager.get("/api/reports/export").json["exports"]}


def test_filters_are_those_of_the_list_with_the_types_of_json(manager, connection, home):
    made = ask(manager, market=["Reno", "Folsom"], overdue=True, is_active="any", priority=3, turn_amount="12.50",
               move_out_date_from="2026-01-02", sort="-turn_amount", columns=["turn_id", "city"], bom=False,
               property_manager_id=str(uuid4()))  # fmt: skip
    told = query(connection, made)
    assert told["market"] == ["Reno", "Folsom"]
    assert {name: told[name][0] for name in ("overdue", "is_active", "priority", "turn_amount", "columns", "sort")} == {
        "overdue": "1", "is_active": "any", "priority": "3", "turn_amount": "12.50", "columns": "turn_id,city",
        "sort": "-turn_amount",
    }  # fmt: skip
    acts = ask(manager, "audit", created_from="2026-01-02", created_to="2026-02-01T10:00:00Z", action=["VIEW"])
    assert query(connection, acts)["created_to"] == ["2026-02-01T10:00:00Z"]


@pytest.mark.parametrize(
    ("type", "name", "value"),
    [
        ("turns", "colour", "red"),
        ("turns", "stage_id", "x"),
        ("turns", "stage_id", 5),
        ("turns", "overdue", "perhaps"),
        ("turns", "overdue", 1),
        ("turns", "priority", "3"),
        ("turns", "turn_amount", 12.5),
        ("turns", "move_out_date", "12/03/2026"),
        ("turns", "market", None),
        ("turns", "market", ""),
        ("turns", "market", []),
        ("turns", "market", {"is": "Reno"}),
        ("turns", "market", "\ud800"),
        ("turns", "q", ["a"]),
        ("turns", "sort", "colour"),
        ("turns", "sort", "\ud800"),
        ("turns", "columns", ["primary_lock_box_code"]),
        ("turns", "columns", "turn_id"),
        ("turns", "columns", [["turn_id"]]),
        ("turns", "bom", "maybe"),
        ("properties", "grade", "LIGHT"),
        ("vendors", "tax_id", "12"),
        ("audit", "table_name", "sessions"),
        ("audit", "created_from", "yesterday"),
    ],
)
def test_a_filter_that_cannot_be_taken_is_named(manager, type, name, value):
    error = refused(ask(manager, type, **{name: value}), 422, "VALIDATION")
    assert list(error["fields"]) == [name]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"format": "csv"}, "type"),
        ({"type": "houses", "format": "csv"}, "type"),
        ({"type": ["turns"], "format": "csv"}, "type"),
        ({"type": "turns"}, "format"),
        ({"type": "turns", "format": "tape"}, "format"),
        ({"type": "turns", "format": "csv", "filters": []}, "filters"),
        ({"type": "turns", "format": "csv", "columns": []}, "columns"),
    ],
)
def test_what_stands_around_the_filters_is_strict_too(manager, body, field):
    assert field in refused(manager.post("/api/reports/export", body), 422, "VALIDATION")["fields"]


def test_one_is_its_askers_and_the_administrators(programs, manager):
    export = ask(manager, wo_number="mine").json["export"]
    address, other = f"/api/reports/exports/{export['id']}", programs["SR_PROPERTY_MANAGER"]
    for path in (address, f"{address}/file"):
        refused(other.get(path), 404, "NOT_FOUND")
        assert other.get(path).data == other.get(path.replace(export["id"], str(uuid4()))).data
    assert programs["ADMIN"].get(address).json["export"]["id"] == export["id"]
    refused(programs["VENDOR"].get(address), 404, "NOT_FOUND")
    refused(ask(programs["VENDOR"]), 404, "NOT_FOUND")


@pytest.mark.parametrize("status", ["failed", "cancelled", "expired"])
def test_where_there_is_no_file_it_is_said_why(manager, connection, status):
    export = ask(manager, wo_number=status).json["export"]
    connection.execute("UPDATE exports SET status = %s WHERE id = %s", [status, export["id"]])
    assert "Ask for it again" in refused(manager.get(export["url"]), 409, "NOT_READY")["message"]
