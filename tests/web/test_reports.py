"""The page of reports: every figure leads to the list that it counts, for everybody; periods, filters, nothing yet."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from tests.factories import approved, make_property, make_turn, make_user, make_vendor
from tests.web.turn_pages import PARTIAL
from turns_web.core.clock import today
from turns_web.reports.calendar import before

TODAY = today("America/Los_Angeles")
# Days of the last whole month: whatever today is, they are past, and in one month.
FIRST = before("month", TODAY)
MONTH = f"/reports?from={FIRST}&to={FIRST + timedelta(days=27)}"
ROLES = ["PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "ADMIN", "DFO_APPROVER", "INSPECTOR", "USER"]
# What is a number of rows; the others are made of the rows of the list that they lead to.
COUNTS = {
    "total_properties", "active_turns", "on_hold_turns", "late_turns", "at_risk_turns", "stuck_turns",
    "vacancy_unknown", "completed_turns", "counted_turns", "by_stage", "by_month", "by_manager", "by_market",
    "by_vendor", "by_unit_type",
}  # fmt: skip
FIGURES = COUNTS | {
    "mean_turn_days", "median_turn_days", "p90_turn_days", "on_time_share", "cost_per_turn", "budget_variance",
    "vacancy_cost", "approval_hours",
}  # fmt: skip


class Figure(NamedTuple):
    key: str
    of: str
    value: str
    href: str


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[Figure] = []

    def handle_starttag(self, tag, attrs):
        of = {name: value or "" for name, value in attrs}
        if "data-figure" in of:
            self.found.append(Figure(of["data-figure"], of.get("data-key", ""), of["data-value"], of["href"]))


def figures(html: str) -> list[Figure]:
    reader = _Reader()
    reader.feed(html)
    return reader.found


def value(html: str, key: str) -> str:
    return next(one.value for one in figures(html) if one.key == key)


def listed(client, href: str) -> int:
    answer = client.get(href)
    assert answer.status_code == 200, (href, answer.text)
    main = answer.text.split("<main", 1)[1]
    return int(re.search(r'data-count="(\d+)"', main)[1])


@pytest.fixture(scope="module")
def portfolio(database):
    """Turns of every kind that a figure may count or leave out, half of them another manager's."""
    with database.admin() as connection:
        vendor, dfo = make_vendor(connection, company_name="Rivera Painting"), make_user(connection, "DFO_APPROVER")
        (kind,) = connection.execute("INSERT INTO property_types (name) VALUES ('Bungalow') RETURNING id").fetchone()
        people = {role: make_user(connection, role, markets=["Folsom"]) for role in ROLES if role != "DFO_APPROVER"}
        for manager in (people["PROPERTY_MANAGER"], make_user(connection, "PROPERTY_MANAGER")):
            _turns(connection, manager, people["SR_PROPERTY_MANAGER"], people["INSPECTOR"], vendor, dfo, kind)
    return SimpleNamespace(**people, DFO_APPROVER=dfo)


def _turns(connection, manager, senior, inspector, vendor, dfo, kind):
    def home(market="Folsom", **columns):
        return make_property(connection, manager, senior, market=market, **columns)

    def done(day, of=None, days=7, **columns):
        out = None if days is None else FIRST + timedelta(days=day - days)
        completed = FIRST + timedelta(days=day)
        return make_turn(
            connection, of or home(), "Complete", move_out_date=out, turn_completion_date=completed, **columns
        )

    make_turn(
        connection, home(monthly_rent=1500), expected_completion_date=TODAY - timedelta(days=1),
        turns_superintendent_id=inspector.id,
    )  # fmt: skip
    make_turn(connection, home(), "In Progress", expected_completion_date=TODAY + timedelta(days=2), hold_reason="Damp")
    # A day of completion that somebody typed too early completes nothing.
    make_turn(connection, home(market=None), "Final Walk", turn_completion_date=FIRST, move_out_date=FIRST)
    price = approved("1000.00", dfo.id)
    on_time = {"expected_completion_date": FIRST + timedelta(days=9), "vendor_id": vendor.id}
    done(4, home(bedrooms=2, area_sqft=900), days=4, **price, **on_time)
    done(9, home(property_type_id=kind), **price, **on_time, turns_superintendent_id=inspector.id)
    done(21, home(market=None, bedrooms=2.5), days=19, **price, expected_completion_date=FIRST + timedelta(days=9))
    done(22, days=None)
    # In time by the ready date that is computed where nobody sets one.
    done(27, is_active=False)
    done(5, is_archived=True)
    make_turn(connection, home(), is_archived=True)


@pytest.mark.parametrize("role", ROLES)
def test_every_figure_leads_to_the_list_that_it_counts(client, sign_in, portfolio, role):
    sign_in(client, getattr(portfolio, role).email)
    page = client.get(MONTH)
    assert page.status_code == 200
    found = figures(page.text)
    assert {one.key for one in found} == FIGURES
    for one in found:
        if one.key in COUNTS:
            assert listed(client, one.href) == int(one.value), one
    for key in ("by_month", "by_manager", "by_market", "by_vendor", "by_unit_type"):
        assert sum(int(one.value) for one in found if one.key == key) == int(value(page.text, "completed_turns"))
    assert sum(int(one.value) for one in found if one.key == "by_stage") == int(value(page.text, "active_turns"))


def test_what_is_no_count_leads_to_the_turns_that_it_is_made_of(client, sign_in, portfolio):
    sign_in(client, portfolio.PROPERTY_MANAGER.email)
    page = client.get(MONTH).text
    expected = {
        "mean_turn_days": ("9.25", 4),
        "median_turn_days": ("7.0", 4),
        "p90_turn_days": ("19", 4),
        "on_time_share": ("0.75", 3),
        "cost_per_turn": ("1000.00", 3),
        "budget_variance": ("0.0", 3),
        "vacancy_cost": ("150.00", 1),
    }
    found = {one.key: (one.value, listed(client, one.href)) for one in figures(page) if one.key in expected}
    assert found == expected
    assert "4 of 5 counted" in page
    assert "of 4 with a first date" in page
    assert "of 3 approved" in page
    (hours,) = [one for one in figures(page) if one.key == "approval_hours"]
    assert listed(client, hours.href) == 3


def test_an_approvers_decisions_lead_to_those_turns(client, sign_in, portfolio):
    sign_in(client, portfolio.ADMIN.email)
    page = client.get(MONTH).text
    href = re.search(r'<a href="([^"]*decided_by=[^"]*)">(\d+)</a>', page)
    assert int(href[2]) == 6 == listed(client, href[1].replace("&amp;", "&"))


def test_what_was_completed_is_exported_as_it_is_counted(client, sign_in, portfolio):
    sign_in(client, portfolio.SR_PROPERTY_MANAGER.email)
    page = client.get(MONTH).text
    query = re.search(r'name="query" value="([^"]*)"', page)[1].replace("&amp;", "&")
    assert "Export 10 completed turns as" in page
    assert listed(client, f"/board?view=table&{query}") == 10


def test_homes_are_listed_by_how_often_they_were_turned(client, sign_in, portfolio, database):
    with database.admin() as connection:
        connection.execute("SELECT refresh_property_summary()")
    sign_in(client, portfolio.PROPERTY_MANAGER.email)
    # Of days that nobody asked for before the summary was renewed.
    page = client.get(f"/reports?from={FIRST}&to={FIRST}").text
    homes = page.split("turned most, ever", 1)[1].split("</section>", 1)[0]
    rows = re.findall(r'href="(/board[^"]*)">(\d+)</a>', homes)
    assert len(rows) == 8
    assert all(listed(client, href.replace("&amp;", "&")) == int(turns) for href, turns in rows)


def test_a_home_that_was_given_to_another_is_named_no_more(client, sign_in, database):
    with database.admin() as connection:
        manager, other = (make_user(connection, "PROPERTY_MANAGER") for _ in range(2))
        home = make_property(connection, manager, street_address="77 Willow Row")
        make_turn(connection, home)
        connection.execute("SELECT refresh_property_summary()")
    sign_in(client, manager.email)
    assert "77 Willow Row" in client.get("/reports").text
    with database.admin() as connection:
        connection.execute("UPDATE properties SET property_manager_id = %s WHERE id = %s", [other.id, home.id])
    assert "77 Willow Row" not in client.get("/reports").text


def test_a_filter_holds_for_every_figure_and_for_its_list(client, sign_in, portfolio):
    sign_in(client, portfolio.ADMIN.email)
    path = f"{MONTH}&market=Folsom&property_manager_id={portfolio.PROPERTY_MANAGER.id}"
    page = client.get(path).text
    assert value(page, "completed_turns") == "4"
    assert "Market <b>Folsom</b>" in page
    for one in figures(page):
        if one.key in COUNTS:
            assert "market=Folsom" in one.href
            assert listed(client, one.href) == int(one.value), one


def test_the_period_before_and_a_year_ago_stand_beside(client, sign_in, portfolio):
    sign_in(client, portfolio.PROPERTY_MANAGER.email)
    following = FIRST + timedelta(days=28)
    page = client.get(f"/reports?from={following}&to={following + timedelta(days=27)}").text
    assert value(page, "completed_turns") == "0"
    assert "5 in " in page
    assert "7 days in " in page
    page = client.get(f"/reports?from={FIRST}&to={FIRST + timedelta(days=27)}&against=year").text
    assert f"0 in 1–28 {FIRST:%b} {FIRST.year - 1}" in page


def test_a_portfolio_without_turns_has_dashes_and_no_faults(client, sign_in, database):
    with database.admin() as connection:
        nobody = make_user(connection, "PROPERTY_MANAGER")
    sign_in(client, nobody.email)
    page = client.get("/reports?period=quarter")
    assert page.status_code == 200
    assert value(page.text, "median_turn_days") == ""
    assert value(page.text, "completed_turns") == "0"
    assert "Nothing was completed in this period." in page.text
    assert "No turn with known days was completed in these months." in page.text


def statements(answer) -> int:
    return int(re.search(r'sql;desc="(\d+)"', answer.headers["Server-Timing"])[1])


def test_a_page_seen_before_costs_as_many_statements_whatever_it_shows(person, portfolio, database):
    with database.admin() as connection:
        nobody = make_user(connection, "PROPERTY_MANAGER")
    costs = []
    for somebody in (portfolio.PROPERTY_MANAGER, nobody):
        client = person(somebody.email)
        client.get(MONTH)
        costs.append(statements(client.get(MONTH)))
    assert costs == [costs[0]] * 2
    assert costs[0] <= 20


def test_the_fragment_is_the_report_alone(client, sign_in, portfolio):
    sign_in(client, portfolio.USER.email)
    answer = client.get("/reports?period=year", headers=PARTIAL)
    assert answer.text.startswith('<div class="report" id="report"')
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    "query", ["period=decade", "against=never", "from=2026-02-30", "from=2026-03-01&to=2026-02-01", "stage_id=x"]
)
def test_what_is_no_period_or_filter_is_refused(client, sign_in, portfolio, query):
    sign_in(client, portfolio.USER.email)
    assert client.get(f"/reports?{query}").status_code == 400


def test_a_vendor_has_no_reports(client, sign_in, database):
    with database.admin() as connection:
        vendor = make_user(connection, "VENDOR", vendor_id=make_vendor(connection).id)
    sign_in(client, vendor.email)
    assert client.get("/reports").status_code == 303
