"""/admin: one place in the rail, and the way to every page of administration."""

import pytest

from tests.factories import make_user
from turns_web.web.shell import DESK


def test_it_leads_to_every_page_of_administration(client, sign_in):
    page = sign_in(client, "ADMIN").get("/admin").text
    assert 'class="rail__link" href="/admin"' in page
    for place in DESK:
        assert f'href="{place.path}"' in page and place.about in page
        shown = client.get(place.path)
        assert shown.status_code == 200
        assert f'href="{place.path}" aria-current="page">{place.name}</a>' in shown.text


def test_its_pages_are_found_from_anywhere_by_their_names(person):
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert 'href="/admin/webhooks"' in person("ADMIN").get("/palette?q=webh", headers=partial).text
    assert "/admin" not in person("USER").get("/palette?q=webh", headers=partial).text


@pytest.mark.parametrize("role", ["PROPERTY_MANAGER", "DFO_APPROVER", "USER", "VENDOR"])
def test_others_are_refused_and_not_led_there(person, database, role):
    with database.admin() as connection:
        other = person(make_user(connection, role).email)
    # /audit shows everybody their own acts.
    for path in ("/admin", *(place.path for place in DESK if place.path.startswith("/admin/"))):
        assert other.get(path).status_code == 403
    assert 'href="/admin' not in other.get("/account").text
