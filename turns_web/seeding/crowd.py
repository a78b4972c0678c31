"""Who and what a large portfolio needs beside its homes: markets, managers with their shares, companies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple
from uuid import UUID

import psycopg

from turns_web.seeding import people, words
from turns_web.seeding.loading import copy
from turns_web.seeding.people import seed_id


class Market(NamedTuple):
    """share: percent of all homes, from a fifth to a fiftieth."""

    market: str
    code: str
    city: str
    state: str
    county: str
    zip: int
    timezone: str | None
    rent: int
    share: int


# The portfolio's own zone needs no saying.
MARKETS = (
    Market("Sacramento", "SAC", "Sacramento", "CA", "Sacramento", 95811, None, 1780, 20),
    Market("Phoenix", "PHX", "Phoenix", "AZ", "Maricopa", 85003, "America/Phoenix", 1540, 17),
    Market("Dallas", "DAL", "Dallas", "TX", "Dallas", 75201, "America/Chicago", 1620, 15),
    Market("Atlanta", "ATL", "Atlanta", "GA", "Fulton", 30303, "America/New_York", 1690, 12),
    Market("Tampa", "TPA", "Tampa", "FL", "Hillsborough", 33602, "America/New_York", 1830, 10),
    Market("Charlotte", "CLT", "Charlotte", "NC", "Mecklenburg", 28202, "America/New_York", 1590, 8),
    Market("Las Vegas", "LAS", "Las Vegas", "NV", "Clark", 89101, None, 1480, 7),
    Market("Boston", "BOS", "Boston", "MA", "Suffolk", 2108, "America/New_York", 2650, 5),
    Market("Boise", "BOI", "Boise", "ID", "Ada", 83702, "America/Boise", 1510, 4),
    Market("Reno", "RNO", "Reno", "NV", "Washoe", 89501, None, 1620, 2),
)

_MANAGERS, _SENIORS, _COMPANIES = 25, 4, 360


@dataclass(frozen=True)
class Crowd:
    """managers, seniors, vendors: a hundred ids each, as often as their share of the homes or jobs."""

    managers: list[UUID]
    seniors: list[UUID]
    vendors: list[UUID]
    admin: UUID
    inspector: UUID
    dfo: UUID
    ho: UUID


def ensure_crowd(connection: psycopg.Connection) -> Crowd:
    """Make who is missing. The demo's manager has a fifth of the homes, so has its senior manager."""
    names = list(product(words.FIRST_NAMES, words.LAST_NAMES))
    managers = [
        _person(connection, number, *names[number * 7 % len(names)], "PROPERTY_MANAGER")
        for number in range(1, _MANAGERS + 1)
    ]
    seniors = [_person(connection, 50 + n, *names[3 + n * 17], "SR_PROPERTY_MANAGER") for n in range(_SENIORS)]
    companies = _companies(connection)
    known = people.by_name(connection)
    return Crowd(
        managers=[known["manager"]] * 20 + [known["manager2"]] * 5 + managers * 3,
        seniors=[known["senior"]] * 20 + seniors * 20,
        vendors=[seed_id("vendor", people.VENDOR)] * 4 + companies[:96],
        **{name: known[name] for name in ("admin", "inspector", "dfo", "ho")},
    )


def ensure_markets(connection: psycopg.Connection) -> None:
    """The temporary table seed_markets, with the hundredths that belong to each."""
    connection.execute(
        "CREATE TEMPORARY TABLE seed_markets (market text, code text, city text, state text, county text, zip int,"
        " timezone text, rent int, low int, high int) ON COMMIT DROP"
    )
    rows, low = [], 0
    for market in MARKETS:
        row = market._asdict()
        high = low + row.pop("share")
        rows.append({**row, "low": low, "high": high - 1})
        low = high
    copy(connection, "seed_markets", rows)


def _person(connection: psycopg.Connection, number: int, first_name: str, last_name: str, role: str) -> UUID:
    """Somebody who works here and does not sign in."""
    id = seed_id("crowd", number)
    email = f"{first_name}.{last_name}.{number}@turns.example".lower()
    connection.execute(
        "INSERT INTO users (id, email, first_name, last_name, role) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [id, email, first_name, last_name, role],
    )
    return id


def _companies(connection: psycopg.Connection) -> list[UUID]:
    """Most are approved and insured; of a twentieth the insurance has ended, as many are not approved yet."""
    trades = ("Painting", "Flooring", "Cleaning", "General", "Plumbing", "Electrical", "Appliances", "Trash-out")
    names = [
        (last_name, kind, trades[n % len(trades)], MARKETS[n % len(MARKETS)])
        for n, (last_name, kind) in enumerate(
            product(words.LAST_NAMES, ("Brothers", "& Sons", "Co.", "Services", "Group", "Works"))
        )
    ]
    ids = []
    for number in range(_COMPANIES):
        last_name, kind, trade, place = names[number % len(names)]
        id = seed_id("company", number)
        connection.execute(
            """INSERT INTO vendors (id, company_name, city, state, trades, service_area, insurance_expiry, is_approved)
            VALUES (%s, %s, %s, %s, %s, %s, current_date + %s::int, %s) ON CONFLICT (id) DO NOTHING""",
            [
                id,
                f"{place.city} {last_name} {trade} {kind}" if number >= len(names) else f"{last_name} {trade} {kind}",
                place.city,
                place.state,
                [trade],
                [place.market],
                -20 if number % 20 == 9 else 30 + number * 7 % 300,
                number % 20 != 19,
            ],
        )
        if number % 20 not in (9, 19):
            ids.append(id)
    return ids
