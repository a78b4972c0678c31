"""Exports made in somebody's name, from a portfolio with whatever people and programs may have written into it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import namedtuple_row

from tests.conftest import Database
from tests.factories import approved, make_property, make_turn, make_user, make_vendor
from turns_web.core import db
from turns_web.core.identity import Identity, Role
from turns_web.exports import sources
from turns_web.exports.formats import FORMATS
from turns_web.exports.sheet import About
from turns_web.settings.queries import today

ZONE = "America/Los_Angeles"

# What a spreadsheet, an XML parser, a PDF or a person reading from right to left might stumble over.
HOSTILE = (
    '=HYPERLINK("http://x.example","Pay")',
    "+1-916-555-0100",
    "-2+3",
    "@SUM(A1)",
    "'=1+1",
    "''=1+1",
    "'quoted'",
    '<img src="/etc/passwd">',
    "<b>unclosed & <i>",
    "]]> &amp; _x000D_",
    "שלום, עולם",
    "مرحبا \u202eevil",
    "🏠👩‍👩‍👧 flat",
    'two "quotes", commas; and\ta tab',
    "100% _of_ it",
    "\\N \\. back\\slash",
    "Ærø, Žižek, 東京",
)

Make = Callable[..., bytes]


@pytest.fixture(scope="module")
def admin(database: Database) -> Iterator[psycopg.Connection]:
    """The tables' owner; each statement is its own transaction."""
    with psycopg.connect(database.admin_url, autocommit=True, row_factory=namedtuple_row) as connection:
        yield connection


@pytest.fixture(scope="module")
def people(admin: psycopg.Connection) -> dict[str, Any]:
    return {
        "ADMIN": make_user(admin, "ADMIN"),
        "PROPERTY_MANAGER": make_user(admin, "PROPERTY_MANAGER"),
        "OTHER": make_user(admin, "PROPERTY_MANAGER"),
    }


@pytest.fixture(scope="module")
def portfolio(admin: psycopg.Connection, people: dict[str, Any]) -> None:
    """A home, a vendor and a turn for each hostile text, which stands in every field that people write."""
    for number, words in enumerate(HOSTILE):
        manager = people["OTHER" if number % 3 == 2 else "PROPERTY_MANAGER"]
        home = make_property(
            admin,
            manager,
            property_id=f"{words} {number}"[:50],
            name=words,
            street_address=words,
            unit=words[:50],
            community=words,
            city=words,
            zip_code=f"0{number:04}",
            county=words,
            market=f"Market {number % 2}",
            monthly_rent="1234.50",
            bedrooms="2.5",
        )
        vendor = make_vendor(admin, company_name=words, contact_name=words, city=words, trades=["Paint", "Floors"])
        make_turn(
            admin,
            home,
            "Complete" if number % 2 else "In Progress",
            vendor_id=vendor.id,
            status=words,
            sub_status=words,
            wo_number=words[:50],
            lock_box_location=words,
            is_active=number % 4 != 1,
            **approved(100 + number, change_order_amount=-7),
        )
    make_turn(admin, make_property(admin, people["OTHER"], is_archived=True), is_archived=True)


@pytest.fixture(scope="module")
def make(database: Database, portfolio: None) -> Iterator[Make]:
    """make("turns", "csv", people["ADMIN"], "market=Folsom"): the file, as that person would get it."""
    db.configure(database.settings())

    def make(type: str, format: str, person: Any, query: str = "", tell: Callable[[int], None] = lambda done: None):
        who = Identity(person.id, Role(person.role), first_name=person.first_name, last_name=person.last_name)
        out = io.BytesIO()
        with db.read(who) as session:
            found = sources.source(session, who, type, query, today(session, 0))
            connection = session.connection().connection.dbapi_connection
            total = connection.execute(found.counting, dict(found.given)).fetchone()[0]
            about = About(datetime(2026, 3, 12, 22, 3, tzinfo=UTC), "replica", who.name, total, ZONE)
            FORMATS[format].write(out, found, about, connection, tell)
        return out.getvalue()

    yield make
    db.dispose()


@pytest.fixture(scope="module")
def plain(database: Database) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """plain(person, "SELECT …"): rows of SQL written apart, as that person sees them."""
    with psycopg.connect(database.app_url) as connection:

        def rows(person: Any, statement: str) -> list[dict[str, Any]]:
            with connection.transaction():
                connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(person.id)])
                found = connection.execute(sql.SQL(statement))
                names = [column.name for column in found.description or ()]
                return [dict(zip(names, row, strict=True)) for row in found]

        yield rows
