"""The demo sign-ins, one for each role, and the people around them who do not sign in."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID, uuid5

import psycopg

from turns_web.accounts.passwords import hashed

_NAMESPACE = UUID("5b1f5f0e-6c6e-4b7e-9b62-0b0a3d2f7a11")


class Person(NamedTuple):
    name: str
    first_name: str
    last_name: str
    role: str
    markets: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.name}@demo.example"

    @property
    def id(self) -> UUID:
        return seed_id("user", self.name)


SIGN_INS = (
    Person("super", "Sam", "Okafor", "SUPER_ADMIN"),
    Person("admin", "Priya", "Raman", "ADMIN"),
    Person("manager", "Dana", "Whitfield", "PROPERTY_MANAGER"),
    Person("manager2", "Marcus", "Hale", "PROPERTY_MANAGER"),
    Person("senior", "Joel", "Ortiz", "SR_PROPERTY_MANAGER"),
    Person("dfo", "Ana", "Lopes", "DFO_APPROVER"),
    Person("ho", "Grace", "Mbeki", "HO_APPROVER"),
    Person("inspector", "Tom", "Nguyen", "INSPECTOR", ("Sacramento", "Elk Grove")),
    Person("vendor", "Luis", "Rivera", "VENDOR"),
    Person("user", "Kim", "Sato", "USER", ("Sacramento", "Folsom")),
)

# They work here, but nobody signs in as them.
COLLEAGUES = (Person("helen", "Helen", "Brandt", "PROPERTY_MANAGER"),)

VENDOR = "Rivera Painting"


def seed_id(kind: str, name: object) -> UUID:
    """The id that this row has in every seeded database."""
    return uuid5(_NAMESPACE, f"{kind}:{name}")


def ensure_sign_ins(connection: psycopg.Connection, password: str) -> None:
    """Make the sign-ins that are missing, with the vendor's company; those that exist stay as they are."""
    known = {row[0] for row in connection.execute("SELECT lower(email) FROM users")}
    missing = [person for person in SIGN_INS if person.email not in known]
    if not missing:
        return
    password_hash = hashed(password)
    for person in missing:
        company = _company(connection) if person.role == "VENDOR" else None
        _add(connection, person, password_hash, company)


def ensure_colleagues(connection: psycopg.Connection) -> None:
    known = {row[0] for row in connection.execute("SELECT lower(email) FROM users")}
    for person in COLLEAGUES:
        if person.email not in known:
            _add(connection, person, None, None)


def by_name(connection: psycopg.Connection) -> dict[str, UUID]:
    """The ids of the people above, as this database knows them: their addresses may have been taken before."""
    found = dict(connection.execute("SELECT lower(email), id FROM users").fetchall())
    return {person.name: found[person.email] for person in (*SIGN_INS, *COLLEAGUES) if person.email in found}


def _add(connection: psycopg.Connection, person: Person, password_hash: str | None, company: UUID | None) -> None:
    connection.execute(
        """INSERT INTO users (id, email, password_hash, first_name, last_name, role, markets, vendor_id, email_verified)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, true)""",
        [
            person.id,
            person.email,
            password_hash,
            person.first_name,
            person.last_name,
            person.role,
            list(person.markets),
            company,
        ],
    )


def _company(connection: psycopg.Connection) -> UUID:
    company = seed_id("vendor", VENDOR)
    connection.execute(
        """INSERT INTO vendors (id, company_name, contact_name, email, trades, is_approved, insurance_expiry)
        VALUES (%s, %s, 'Luis Rivera', 'vendor@demo.example', '{Painting,Drywall}', true, current_date + 214)
        ON CONFLICT (id) DO NOTHING""",
        [company, VENDOR],
    )
    return company
