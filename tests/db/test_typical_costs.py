"""What turns of such homes usually cost: a summary of everybody's turns, told to those who see them all anyhow."""

from decimal import Decimal

import psycopg
import pytest

from tests.factories import approved, make_property, make_turn
from turns_web.core import db
from workers import housekeeping


@pytest.fixture
def past(admin):
    def make(amount, *, change=None, market="Elk Grove", bedrooms=3, **columns):
        home = make_property(admin, market=market, bedrooms=bedrooms)
        return make_turn(
            admin, home, "Complete", **approved(amount, change_order_amount=change, **columns),
            turn_completion_date="today",
        )  # fmt: skip

    return make


def told(acting, person):
    with acting(person) as connection:
        found = connection.execute("SELECT market, bedrooms, turns, median FROM typical_costs()").fetchall()
    return {(row.market, row.bedrooms): (row.turns, row.median) for row in found}


def test_the_median_of_committed_amounts_is_told_by_bedrooms_and_market(admin, acting, people, past):
    for amount, change in (("1000", None), ("2000", "-500"), ("9000", "10")):
        past(amount, change=change)
    past("1", is_archived=True)
    past("7", market="Folsom")
    past("7", bedrooms=4)
    make_turn(admin, make_property(admin, market="Elk Grove", bedrooms=3), **approved("1"))
    with acting(people["ADMIN"]) as connection:
        connection.execute("SELECT refresh_typical_costs()")
    for role in ("DFO_APPROVER", "HO_APPROVER", "SUPER_ADMIN"):
        assert told(acting, people[role]) == {("Elk Grove", Decimal(3)): (3, Decimal("1500.00"))}
    for person in (None, *(people[role] for role in ("PROPERTY_MANAGER", "INSPECTOR", "VENDOR", "USER"))):
        assert told(acting, person) == {}


def test_nobody_reads_the_summary_itself_and_only_those_who_keep_house_renew_it(acting, people):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["DFO_APPROVER"]) as connection:
        connection.execute("SELECT count(*) FROM typical_costs")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["DFO_APPROVER"]) as connection:
        connection.execute("SELECT refresh_typical_costs()")


def test_it_is_renewed_where_nobody_may_make_temporary_tables(database, stack, acting, people):
    with stack.primary.superuser() as connection:
        connection.execute(f"REVOKE TEMPORARY ON DATABASE {database.name} FROM PUBLIC")
    with acting(people["ADMIN"]) as connection:
        connection.execute("SELECT refresh_typical_costs()")


def test_house_keeping_learns_what_ended_since(database, acting, people, past):
    for amount in ("100", "200", "300"):
        past(amount, market="Galt")
    db.configure(database.settings())
    housekeeping.learn_costs()
    db.dispose()
    assert told(acting, people["DFO_APPROVER"])["Galt", Decimal(3)] == (3, Decimal("200.00"))
