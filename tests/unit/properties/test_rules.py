"""What must hold of a property's own dates and people."""

from datetime import date
from uuid import uuid4

import pytest

from turns_web.core.identity import Identity, Role
from turns_web.properties import columns, rules

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("moves_out", "moves_in", "is_wrong"),
    [
        (date(2026, 3, 20), date(2026, 3, 15), True),
        (date(2026, 3, 20), date(2026, 3, 20), False),
        (date(2026, 3, 20), date(2026, 3, 21), False),
        # The present resident moved in before they move out.
        (date(2026, 3, 20), date(2024, 5, 1), False),
        (date(2026, 3, 20), TODAY, False),
        (None, date(2026, 3, 15), False),
        (date(2026, 3, 20), None, False),
    ],
)
def test_the_next_resident_waits_for_the_home_to_be_empty(moves_out, moves_in, is_wrong):
    faults = rules.faults({"move_out_date": moves_out, "move_in_date": moves_in}, TODAY)
    assert list(faults) == (["move_in_date"] if is_wrong else [])


def test_a_time_zone_is_one_that_there_is():
    assert rules.faults({"timezone": "America/Denver"}, TODAY) == {}
    assert list(rules.faults({"timezone": "Denver"}, TODAY)) == ["timezone"]


def test_a_manager_makes_properties_of_their_own():
    person, chosen = uuid4(), uuid4()
    both = {"property_manager_id": chosen, "sr_property_manager_id": chosen}

    def managers(role):
        found = rules.managers_of_new(Identity(user_id=person, role=role), both)
        return found["property_manager_id"], found["sr_property_manager_id"]

    assert managers(Role.PROPERTY_MANAGER) == (person, chosen)
    assert managers(Role.SR_PROPERTY_MANAGER) == (chosen, person)
    assert managers(Role.ADMIN) == (chosen, chosen)


@pytest.mark.parametrize(
    ("role", "as_manager", "as_senior"),
    [
        (Role.ADMIN, True, True),
        (Role.PROPERTY_MANAGER, True, False),
        (Role.SR_PROPERTY_MANAGER, False, True),
        (Role.INSPECTOR, False, False),
    ],
)
def test_a_property_is_kept_by_its_managers_and_administrators(role, as_manager, as_senior):
    who = Identity(user_id=uuid4(), role=role)
    nobody = {"property_manager_id": None, "sr_property_manager_id": None}
    assert rules.may_edit(who, nobody) is (role is Role.ADMIN)
    assert rules.may_edit(who, {**nobody, "property_manager_id": who.user_id}) is as_manager
    assert rules.may_edit(who, {**nobody, "sr_property_manager_id": who.user_id}) is as_senior


def test_columns_are_kept_in_their_own_order_and_unknown_ones_forgotten():
    assert columns.known(["status", "city", "password_hash"]) == ["city", "status"]
    who = Identity(user_id=uuid4(), role=Role.USER, preferences={"property_columns": []})
    assert columns.chosen(who) == []
