"""The homes of the demo portfolio, the companies that work on them, and what they are supplied by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from turns_web.seeding import words
from turns_web.seeding.people import VENDOR, seed_id
from turns_web.seeding.story import Clock, Story

HOMES = 324
_POWER = {"Roseville": "Roseville Electric"}
_COUNTY_WATER = "Sacramento County Utilities"
_WATER = {"Folsom": "City of Folsom Water", "Stockton": "Stockton Municipal Water"}
# The portfolio was taken over so many days ago.
TAKEN_OVER = 420


@dataclass(frozen=True)
class Cast:
    """people: {name of people.SIGN_INS: id}. types: {property type: id}. now and today: of the clock."""

    people: Mapping[str, UUID]
    types: Mapping[str, UUID]
    clock: Clock
    dice: Random

    def person(self, name: str) -> UUID:
        return self.people[name]

    def ago(self, day: int):
        """A moment in office hours, `day` days ago."""
        return self.clock.at(self.clock.today - timedelta(days=day))


def companies(cast: Cast) -> dict[str, Story]:
    """All but the one that the demo's vendor signs in for, which exists already."""
    made = {}
    for name, trades, city, insured, is_approved in words.COMPANIES:
        if name == VENDOR:
            continue
        place = next(place for place in words.PLACES if place.city == city)
        contact = f"{cast.dice.choice(words.FIRST_NAMES)} {cast.dice.choice(words.LAST_NAMES)}"
        made[name] = Story(
            seed_id("vendor", name),
            cast.ago(TAKEN_OVER - 3),
            cast.person("admin"),
            company_name=name,
            contact_name=contact,
            email=f"office@{''.join(c for c in name.lower() if c.isascii() and c.isalnum())}.example",
            phone=f"(916) 555-{cast.dice.randrange(100, 1000):04d}",
            street_address=_street(cast.dice),
            city=city,
            state="CA",
            zip_code=place.zips[0],
            license_number=f"C-{cast.dice.randrange(700000, 1100000)}",
            insurance_expiry=None if insured is None else cast.clock.today + timedelta(days=insured),
            trades=list(trades),
            service_area=[place.market, *(p.market for p in words.PLACES if p.market != place.market)][:3],
            is_active=True,
            is_approved=is_approved,
            total_jobs=0,
            is_archived=False,
        )
    return made


def homes(cast: Cast) -> list[Story]:
    """In an order that mixes places, managers and sizes."""
    made, addresses = [], set()
    communities = {city: (name, street) for name, city, street in words.COMMUNITIES}
    places = [place for place in words.PLACES for _ in range(HOMES * place.share // 100)]
    places += [words.PLACES[0]] * (HOMES - len(places))
    cast.dice.shuffle(places)
    units = {city: iter(range(101, 400)) for city in communities}
    for number, place in enumerate(places, start=1):
        if place.city in communities and cast.dice.random() < 0.17:
            community, street = communities[place.city]
            made.append(_home(cast, number, place, street, community, str(next(units[place.city]))))
            continue
        street = _street(cast.dice)
        while (street, place.city) in addresses:
            street = _street(cast.dice)
        addresses.add((street, place.city))
        made.append(_home(cast, number, place, street, None, None))
    return made


def _home(cast: Cast, number: int, place: words.Place, street: str, community: str | None, unit: str | None) -> Story:
    dice = cast.dice
    beds = dice.choices((1, 2, 3), (4, 5, 1))[0] if unit else dice.choices((2, 3, 4, 5), (3, 8, 5, 1))[0]
    baths = max(1, beds - 1) + dice.choice((0, 0, 0.5))
    kind = "Apartment" if unit else dice.choices(("Single family", "Townhouse", "Condo"), (8, 1, 1))[0]
    rent = round(place.rent * (0.76 + 0.12 * beds) * dice.uniform(0.94, 1.1) / 5) * 5
    manager = {"Roseville": "manager2", "Folsom": "manager2", "Stockton": "helen"}.get(place.market, "manager")
    return Story(
        seed_id("property", number),
        cast.ago(TAKEN_OVER - 5 - number % 40),
        cast.person("admin"),
        property_id=f"{place.code}-{100 + number}",
        name=f"{community} {unit}" if community else street,
        street_address=street,
        unit=unit,
        community=community,
        city=place.city,
        state="CA",
        zip_code=dice.choice(place.zips),
        country="United States",
        county=place.county,
        property_type_id=cast.types.get(kind),
        year_built=dice.randrange(1958, 2016),
        market=place.market,
        # A takeover never brings everything: some areas and rents are not known.
        area_sqft=None if dice.random() < 0.05 else 320 + beds * 390 + dice.randrange(-110, 260),
        bedrooms=beds,
        bathrooms=baths,
        monthly_rent=None if dice.random() < 0.05 else rent,
        is_active=True,
        is_section_8=dice.random() < 0.07,
        in_disposition=dice.random() < 0.02,
        has_insurance=dice.random() < 0.015,
        has_squatters=False,
        is_core=dice.random() < 0.93,
        ownership_status=dice.random() < 0.96,
        property_manager_id=cast.person(manager),
        sr_property_manager_id=None if manager == "helen" else cast.person("senior"),
        move_in_date=None,
        move_out_date=None,
        is_archived=False,
    )


def providers(cast: Cast) -> list[Story]:
    return [
        Story(
            seed_id("provider", name), cast.ago(TAKEN_OVER - 6), cast.person("admin"),
            name=name, kind=kind, phone=phone, is_archived=False,
        )
        for name, kind, phone in words.PROVIDERS
    ]  # fmt: skip


def supplies(cast: Cast, homes: list[Story]) -> list[Story]:
    """Who supplies these homes, with the accounts in the owner's name."""
    return [
        Story(
            seed_id("supply", f"{home.row['id']}-{name}"), home.last, cast.person("admin"),
            property_id=home.row["id"], utility_provider_id=seed_id("provider", name),
            account_number=str(cast.dice.randrange(10**9, 10**10)),
        )
        for home in homes
        for name in ("PG&E", _POWER.get(home.row["city"], "SMUD"), _WATER.get(home.row["city"], _COUNTY_WATER))
    ]  # fmt: skip


def _street(dice: Random) -> str:
    return f"{dice.randrange(12, 9990)} {dice.choice(words.STREETS)}"
