"""/admin/import: a file is looked into, checked, taken in by a worker, and taken back."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import Workbook

from tests.conftest import csrf_token
from tests.factories import make_property, make_turn, make_user
from turns_web.accounts.queries import identity_by_id
from turns_web.core.identity import system_identity
from turns_web.imports import actions, desk
from turns_web.imports.matching import Options
from turns_web.imports.sheet import read_sheet

REAL = Path(__file__).parent.parent / "data" / "sacramento_transactions.csv"


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        return make_user(connection, "ADMIN")


@pytest.fixture
def desk_of(client, sign_in, admin, monkeypatch, database):
    """The signed-in administrator's import page. The worker's part is done at once, by the function that it calls."""
    monkeypatch.setenv("TURNS_HOME", str(database.home))
    sign_in(client, admin.email)
    return Desk(client, admin)


class Desk:
    def __init__(self, client, admin):
        self.client = client
        self.admin = admin

    def post(self, path, page=None, **fields):
        html = self.client.get(page or path).text
        write_id = re.search(r'name="write_id" value="([^"]*)"', html)
        keys = {"csrf_token": csrf_token(html), "write_id": write_id[1] if write_id else ""}
        return self.client.post(path, data={**keys, **fields})

    def upload(self, content: bytes, name="homes.csv", table="properties"):
        return self.post("/admin/import", table=table, file=(io.BytesIO(content), name))

    def uploaded(self, content: bytes, **options) -> str:
        answer = self.upload(content, **options)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def columns(self, place: str) -> dict[str, str]:
        """The mapping as the page shows it."""
        html = self.client.get(place).text
        found = re.findall(r'<select[^>]*name="(map-\d+)".*?</select>', html, re.DOTALL)
        selects = re.findall(r'<select[^>]*name="map-\d+".*?</select>', html, re.DOTALL)
        chosen = [re.search(r'value="([^"]*)" selected', select) for select in selects]
        return {name: one[1] if one else "" for name, one in zip(found, chosen, strict=True)}

    def check(self, place: str, **changed: str) -> str:
        answer = self.post(f"{place}/check", place, **{**self.columns(place), **changed})
        assert answer.status_code == 303, answer.text
        return self.work(place)

    def take_in(self, place: str) -> str:
        assert self.post(f"{place}/run", place).status_code == 303
        return self.work(place)

    def work(self, place: str) -> str:
        who = identity_by_id(self.admin.id)
        assert who
        desk.work(who, UUID(place.rsplit("/", 1)[1]))
        return self.client.get(place).text


def figures(html: str) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r'data-figure="(\w+)" data-value="(\d+)"', html)}


def test_the_real_file_goes_through_every_step_and_back(desk_of, database):
    place = desk_of.uploaded(REAL.read_bytes(), name="sacramento.csv")
    html = desk_of.client.get(place).text
    assert "CR (old Macintosh)" in html
    assert "985 rows" in html
    assert "3526 HIGH ST · 51 OMAHA CT · 2796 BRANCH ST" in html
    checked = desk_of.check(place)
    assert figures(checked) == {"read": 985, "new": 981, "changed": 0, "same": 0, "duplicate": 4, "refused": 0}
    assert "type, sale_date, price, latitude, longitude" in checked
    with database.admin() as connection:
        assert connection.execute("SELECT count(*) FROM properties WHERE city = 'SACRAMENTO'").fetchone() == (0,)
    done = desk_of.take_in(place)
    assert figures(done)["new"] == 981
    with database.admin() as connection:
        one, other = connection.execute(
            "SELECT id FROM properties WHERE city = 'SACRAMENTO' ORDER BY property_id LIMIT 2"
        ).fetchall()
        connection.execute("UPDATE properties SET monthly_rent = 1200 WHERE id = %s", [one[0]])
        make_turn(
            connection, connection.execute("SELECT * FROM properties WHERE id = %s", [other[0]]) and Row(other[0])
        )
    assert desk_of.post(f"{place}/undo", place).status_code == 303
    html = desk_of.client.get(place).text
    assert "979 archived" in html
    assert "changed since by" in html
    assert "has turns by now" in html
    again = desk_of.uploaded(REAL.read_bytes(), name="sacramento.csv")
    assert figures(desk_of.check(again)) | {"new": 979, "same": 2} == figures(desk_of.check(again))
    desk_of.take_in(again)
    with database.admin() as connection:
        found = connection.execute("SELECT count(*), count(*) FILTER (WHERE is_archived) FROM properties").fetchone()
    assert found == (981, 0)


class Row:
    def __init__(self, id):
        self.id = id


def test_undo_puts_back_what_was_changed(desk_of, database):
    with database.admin() as connection:
        home = make_property(connection, property_id="UN-1", city="Davis")
        other = make_property(connection, property_id="UN-2", city="Davis")
    place = desk_of.uploaded(b"property_id,street_address,city\nUN-1,%b,Reno\nUN-2,%b,Reno\n" % (
        home.street_address.encode(), other.street_address.encode()))  # fmt: skip
    assert figures(desk_of.check(place))["changed"] == 2
    assert "City Davis → Reno" in desk_of.take_in(place)
    with database.admin() as connection:
        connection.execute("UPDATE properties SET city = 'Boise' WHERE id = %s", [other.id])
    desk_of.post(f"{place}/undo", place)
    with database.admin() as connection:
        cities = connection.execute(
            "SELECT city, version FROM properties WHERE id = ANY(%s) ORDER BY property_id", [[home.id, other.id]]
        ).fetchall()
        contexts = connection.execute(
            "SELECT context FROM audit_logs WHERE record_id = %s ORDER BY record_version", [home.id]
        ).fetchall()
    assert cities == [("Davis", 3), ("Boise", 3)]
    ending = place.rsplit("/", 1)[1]
    assert [context for (context,) in contexts] == [None, f"import:{ending}", f"undo:{ending}"]
    assert desk_of.post(f"{place}/undo", "/admin/import").status_code == 422


def test_columns_are_joined_left_out_and_filled(desk_of, database):
    place = desk_of.uploaded(b"No,Street,City,Zip,Beds\n12,Join St,Davis,95616,many\n")
    checked = desk_of.check(place, **{"map-0": "street_address", "map-4": "", "set": "state=CA"})
    assert figures(checked)["new"] == 1
    desk_of.take_in(place)
    with database.admin() as connection:
        row = connection.execute(
            "SELECT state, bedrooms FROM properties WHERE street_address = '12 Join St'"
        ).fetchone()
    assert row == ("CA", None)


def test_refused_rows_are_listed_and_downloaded(desk_of):
    place = desk_of.uploaded(b"street,city,zip,beds\n1 Refused St,Davis,95616,<b>many</b>\n", name="homes.csv")
    html = desk_of.check(place)
    assert "&lt;b&gt;many" in html
    answer = desk_of.client.get(f"{place}/refused.csv")
    assert answer.mimetype == "text/csv"
    assert "refused-homes.csv" in answer.headers["Content-Disposition"]
    assert answer.text.splitlines()[0] == "street,city,zip,beds,row,column,value,reason"


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (b"%PDF-1.7", "not a table"), (b"a,b\n", "no rows")])
def test_a_file_that_is_no_table_comes_back_with_the_form(desk_of, content, said):
    answer = desk_of.upload(content)
    assert answer.status_code == 422
    assert re.search(rf'data-error-for="file"[^>]*>[^<]*{said}', answer.text)


def test_what_makes_no_row_is_said_at_the_form(desk_of):
    place = desk_of.uploaded(b"colour,size\nred,2\n")
    answer = desk_of.post(f"{place}/check", place)
    assert answer.status_code == 422
    assert "street_address" in answer.text
    wrong = desk_of.post(f"{place}/check", place, **{"map-0": "street_address", "set": "nonsense"})
    assert 'data-error-for="set"' in wrong.text


def test_nothing_is_taken_in_that_was_not_checked(desk_of):
    place = desk_of.uploaded(b"street,city,zip\n1 Unchecked St,Davis,95616\n")
    assert desk_of.post(f"{place}/run", place).status_code == 422


def test_a_button_pressed_twice_is_one_import(desk_of, database):
    html = desk_of.client.get("/admin/import").text
    keys = {"csrf_token": csrf_token(html), "write_id": "the same", "table": "properties"}
    places = {
        desk_of.client.post(
            "/admin/import", data={**keys, "file": (io.BytesIO(b"street,city\n1 Twice St,Davis\n"), "twice.csv")}
        ).headers["Location"]
        for _ in range(2)
    }
    assert len(places) == 1


def test_only_administrators_import(client, sign_in, database):
    sign_in(client, "PROPERTY_MANAGER")
    assert client.get("/admin/import").status_code == 403


def test_a_workbook_goes_through_the_page(desk_of, database):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Street", "City", "ZIP"])
    sheet.append(["1 Workbook St", "Davis", "95616"])
    content = io.BytesIO()
    book.save(content)
    place = desk_of.uploaded(content.getvalue(), name="homes.xlsx")
    assert "Excel workbook" in desk_of.client.get(place).text
    assert figures(desk_of.check(place))["new"] == 1
    assert figures(desk_of.take_in(place))["new"] == 1


def test_a_long_file_goes_in_by_batches_and_duplicates_are_told_across_them(desk_of, database, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    lines = "".join(f"{n} Batch St,Davis,95616\n" for n in (1, 2, 3, 1, 4))
    place = desk_of.uploaded(f"street,city,zip\n{lines}".encode())
    assert figures(desk_of.check(place)) | {"new": 4, "duplicate": 1} == figures(desk_of.check(place))
    assert figures(desk_of.take_in(place))["new"] == 4
    assert desk_of.post(f"{place}/undo", place).status_code == 303
    assert "4 archived" in desk_of.client.get(place).text


def test_one_file_twice_at_once_comes_in_once(app, database, tmp_path):
    path = tmp_path / "homes.csv"
    path.write_text("street,city,zip\n" + "".join(f"{n} Race St,Davis,95616\n" for n in range(40)))
    sheet = read_sheet(path)

    def take_in(_):
        return actions.take_in(system_identity(), "properties", sheet, Options(), "homes.csv").counts["new"]

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(take_in, range(2))) == [0, 40]


def test_a_home_in_a_time_zone_that_is_none_is_refused(desk_of):
    place = desk_of.uploaded(b"street,city,zip,timezone\n1 Zone St,Davis,95616,Mars/Crater\n")
    assert "Enter a time zone like America/Los_Angeles." in desk_of.check(place)
