"""Who is told of a row is who sees it: the hub's rules against row security itself."""

import pytest

from tests.factories import make_property, make_turn, make_user, make_vendor
from turns_web.accounts.queries import identity_by_id, visible
from turns_web.core.identity import Role
from turns_web.properties.events import CONCERNS as PROPERTY_CONCERNS
from turns_web.properties.events import TURN_CONCERNS
from turns_web.vendors.events import CONCERNS as VENDOR_CONCERNS
from turns_web.web.live.sight import TABLES, sees


@pytest.fixture(scope="module")
def portfolio(database, app):
    """People of every role, two of some, and rows that each of them sees or does not."""
    with database.admin() as admin:
        vendors = [make_vendor(admin), make_vendor(admin), make_vendor(admin, is_approved=False)]
        vendors.append(make_vendor(admin, is_approved=False))
        markets = {"USER": ["North"], "INSPECTOR": ["North"]}
        people = [make_user(admin, role, markets=markets.get(role, [])) for role in Role if role != "VENDOR"]
        people += [make_user(admin, "VENDOR", vendor_id=vendors[0].id), make_user(admin, "USER")]
        by_role = {person.role: person for person in people}
        manager, senior = by_role["PROPERTY_MANAGER"], by_role["SR_PROPERTY_MANAGER"]
        other = make_user(admin, "PROPERTY_MANAGER")
        homes = [
            make_property(admin, manager=manager, sr_manager=senior, market="North"),
            make_property(admin, manager=other, market="South"),
            make_property(admin, manager=other, sr_manager=senior, market="North"),
            make_property(admin),
        ]
        inspector = by_role["INSPECTOR"].id
        turns = [
            make_turn(admin, homes[0], vendor_id=vendors[0].id),
            make_turn(admin, homes[1], turns_superintendent_id=inspector, flooring_vendor_id=vendors[2].id),
            make_turn(admin, homes[2], flooring_vendor_id=vendors[0].id, vendor_id=vendors[1].id),
            make_turn(admin, homes[3]),
        ]
        standing_in = make_user(admin, "PROPERTY_MANAGER")
        admin.execute(
            "INSERT INTO approval_delegations (approver_id, delegate_id, starts_on, ends_on)"
            " VALUES (%s, %s, portfolio_today(), portfolio_today())",
            [by_role["HO_APPROVER"].id, standing_in.id],
        )
    rows = {
        "turn": (turns, TURN_CONCERNS),
        "property": (homes, PROPERTY_CONCERNS),
        "vendor": (vendors, VENDOR_CONCERNS),
    }
    return [*people, other, standing_in], rows


@pytest.mark.parametrize("kind", TABLES)
def test_the_hub_tells_whom_row_security_lets_see(portfolio, kind):
    people, rows = portfolio
    made, concerns = rows[kind]
    decided = 0
    for person in people:
        who = identity_by_id(person.id)
        seen = visible(who, TABLES[kind], [str(row.id) for row in made])
        for row in made:
            carried = {name: _plain(getattr(row, name)) for name in concerns}
            told = sees(who, kind, carried)
            if told is not None:
                decided += 1
                assert told == (str(row.id) in seen), f"{who.role} and {kind} {row}"
    # Asking the database is for the few that an event cannot tell apart.
    assert decided > 0.6 * len(people) * len(made)


def _plain(value):
    return value if value is None or isinstance(value, bool) else str(value)
