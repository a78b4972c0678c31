"""Bodies that nobody means well: each is refused by what is wrong with it, at once, and nothing is written."""

import gzip
import json
import time

import pytest

from tests.api.programs import signed_in
from tests.factories import make_property, make_turn, make_user, make_vendor
from turns_web.api.writes.registry import RESOURCES
from turns_web.core.fields import Choice, Day, Flag, Many, Money, Number, Ref, Secret, Text, Whole

NUL, SURROGATE, HUGE = "a\x00b", "a\ud800b", 2**63
CASES = [
    pytest.param(table, name, operation, field, id=f"{table} {name} {field}")
    for table, resource in RESOURCES.items()
    for name, operation in resource.operations.items()
    for field in operation.fields
]


@pytest.fixture(scope="module")
def rows(database):
    with database.admin() as connection:
        provider = connection.execute("INSERT INTO utility_providers (name, kind) VALUES ('S', 'POWER') RETURNING id")
        home = make_property(connection)
        yield {
            "admin": make_user(connection, "ADMIN"),
            "properties": home.id,
            "turns": make_turn(connection, home).id,
            "vendors": make_vendor(connection).id,
            "utility_providers": provider.fetchone()[0],
        }


@pytest.fixture(scope="module")
def admin(app, rows):
    return signed_in(app, rows["admin"])


@pytest.fixture
def send(admin):
    """send(path, raw body, **headers): the answer, which came within a second and is no fault of ours."""

    def act(path, body, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        started = time.monotonic()
        answer = admin.client.post(
            path, data=raw, headers={"Content-Type": "application/json", **admin.headers, **headers}
        )
        assert time.monotonic() - started < 1
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.json["success"] is False
        return answer

    return act


def wrong(kind):
    """Values that this kind of field never takes."""
    match kind:
        case Text() | Secret():
            return [NUL, SURROGATE, "x" * 6000, 1, 1.5, True, [], {}, HUGE]
        case Money():
            below_zero = ["--1", "-0.001"] if kind.negative else ["-1"]
            return [
                "1,234.50",
                "$5",
                "1.005",
                "NaN",
                "1e5",
                " 1",
                "",
                "9" * 100000,
                5,
                1.5,
                True,
                [],
                {},
                NUL,
                *below_zero,
            ]
        case Day():
            return ["10000-01-01", "2026-02-30", "infinity", "2026-1-1", "20260101", "", 20260101, True, [], {}, NUL]
        case Flag():
            return [None, 1, 0, "true", "", [], {}]
        case Ref():
            return [
                "1",
                "",
                "{6f0e1c52-0b1a-4c53-9a3e-000000000001}",
                "6f0e1c520b1a4c539a3e000000000001",
                1,
                [],
                {},
                NUL,
            ]
        case Choice():
            return ["none of them", "", " LIGHT", 1, True, [], {}, NUL, SURROGATE]
        case Whole():
            return ["1", HUGE, -1, 1.5, True, [], {}, NUL]
        case Number():
            return ["1", HUGE, -1, 1.25, 1e300, 1e-300, True, [], {}, NUL]
        case Many():
            return [
                None,
                "Paint",
                [1],
                [NUL],
                [SURROGATE],
                [["Paint"]],
                ["x" * 101],
                ["a,b"],
                [str(n) for n in range(51)],
            ]
    raise AssertionError(f"{kind} has no wrong values here")


@pytest.mark.parametrize(("table", "name", "operation", "field"), CASES)
def test_what_no_field_takes_is_refused_by_its_name(send, rows, table, name, operation, field):
    for value in wrong(operation.fields[field]):
        body = {"operation": name, "data": {field: value}}
        if not operation.makes:
            body |= {"id": str(rows[table]), "version": 1}
        answer = send(f"/api/write/{table}", body)
        assert answer.status_code == 422, value
        assert field in answer.json["error"]["fields"], value
        assert all(answer.json["error"]["fields"][field])


@pytest.mark.parametrize("literal", ["NaN", "-Infinity", "1e400", "1e99999999999999999999", "9" * 5000, "[[NaN]]"])
@pytest.mark.parametrize("field", ["bedrooms", "area_sqft", "monthly_rent", "name", "is_core", "move_in_date"])
def test_numbers_that_are_none_are_refused_by_the_fields_name(send, rows, literal, field):
    body = f'{{"operation":"update","id":"{rows["properties"]}","version":1,"data":{{"{field}":{literal}}}}}'
    answer = send("/api/write/properties", body.encode())
    assert answer.status_code == (400 if "NaN" in literal or "Inf" in literal else 422)
    assert field in answer.text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("version", value) for value in ("1", 0, -1, 1.0, 1.5, True, None, HUGE, [], {}, "")),
        *(("id", value) for value in ("1", "", 1, None, [], {}, NUL, "6f0e1c520b1a4c539a3e000000000001")),
        *(("operation", value) for value in ("upsert", "", 1, None, [], {}, NUL, SURROGATE, "approve")),
        *(("writeId", value) for value in ("", "x" * 101, 1, None, [], {}, NUL, SURROGATE, "a\nb")),
        *(("data", value) for value in ([], "", 1, None, True)),
        *(("metadata", value) for value in ([], "", 1, None, True)),
        ("turnId", "1"),
        ("__proto__", {}),
        (NUL, 1),
        (SURROGATE, 1),
    ],
)
def test_each_key_of_the_envelope_is_named(send, rows, key, value):
    body = {"operation": "update", "id": str(rows["properties"]), "version": 1, "data": {"unit": "B"}} | {key: value}
    answer = send("/api/write/properties", body)
    assert answer.status_code == 422
    assert list(answer.json["error"]["fields"]) == [key]


@pytest.mark.parametrize("missing", ["operation", "id", "version", "data"])
def test_a_key_that_is_missing_is_named(send, rows, missing):
    body = {"operation": "update", "id": str(rows["properties"]), "version": 1, "data": {"unit": "B"}}
    del body[missing]
    answer = send("/api/write/properties", body)
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, [missing])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"{} {}", "JSON"),
        (b"{'a': 1}", "JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "JSON"),
        (b'{"a": "\x01"}', "JSON"),
        (b'{"a": "\xff"}', "UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "UTF-8"),
        (b'{"data": {"unit": "A", "unit": "A"}}', '"unit" stands twice'),
        (b'{"version": 1, "vers\\u0069on": 1}', '"version" stands twice'),
        (b"[" * 100_000, "64 levels"),
        (b'{"a":' * 100_000, "64 levels"),
        (b'{"data":' + b"[" * 64 + b"]" * 64 + b"}", "64 levels"),
    ],
)
def test_what_is_malformed_is_told(send, body, says):
    answer = send("/api/write/properties", body)
    assert (answer.status_code, answer.json["error"]["type"]) == (400, "BAD_REQUEST")
    assert says in answer.json["error"]["message"]


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"NaN", b'{"data":' + b"[" * 63 + b"]" * 63 + b"}"])
def test_json_that_is_no_object_is_told(send, body):
    assert send("/api/write/properties", body).json["error"]["type"] == "VALIDATION"


def test_brackets_in_texts_are_no_levels(send):
    answer = send("/api/write/properties", {"operation": "create", "data": {"name": "[{" * 100}})
    assert list(answer.json["error"]["fields"]) == ["property_id", "street_address"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": ""},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "br"},
    ],
)
def test_another_type_of_body_is_refused_unread(send, headers):
    bomb = gzip.compress(b" " * 50_000_000)
    answer = send("/api/write/properties", bomb, **headers)
    assert (answer.status_code, answer.json["error"]["type"]) == (415, "MEDIA_TYPE")


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 20_000_000, 30_000_000])
def test_more_than_a_megabyte_is_refused(send, size):
    answer = send("/api/write/properties", b'{"a": "' + b"x" * (size - 9) + b'"}')
    assert (answer.status_code, answer.json["error"]["type"]) == (413, "TOO_LARGE")


@pytest.mark.parametrize("inside", [True, False])
def test_very_many_unknown_keys_are_not_all_answered(send, rows, inside):
    names = {f"k{number}": 1 for number in range(60_000)}
    update = {"operation": "update", "id": str(rows["turns"]), "version": 1}
    answer = send("/api/write/turns", update | ({"data": names} if inside else names))
    assert len(answer.json["error"]["fields"]) == 50


def test_nothing_of_all_that_was_written(database, rows):
    with database.admin() as connection:
        versions = connection.execute(
            "SELECT version FROM properties UNION ALL SELECT version FROM turns UNION ALL SELECT version FROM vendors"
            " UNION ALL SELECT version FROM utility_providers"
        ).fetchall()
        assert versions == [(1,)] * 4
        assert connection.execute("SELECT count(*) FROM write_receipts").fetchone() == (0,)
