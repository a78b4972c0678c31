"""A property's columns, described once."""

from decimal import Decimal

from turns_web.core.errors import constraint
from turns_web.core.fields import Choice, Day, Fields, Flag, Link, Money, Number, Ref, Text, Whole, Zone
from turns_web.core.identity import ADMINS, Role

ADDRESS: Fields = {
    "property_id": Text(label="Code", max=50, required=True, hint="Your own short name for it, like OAK-204."),
    "name": Text(label="Name", max=255, required=True),
    "street_address": Text(label="Street address", max=255, required=True),
    "unit": Text(label="Unit", max=50),
    "community": Text(label="Community", max=255),
    "city": Text(label="City", max=100),
    "state": Text(label="State", max=50),
    "zip_code": Text(label="ZIP code", max=20),
    "county": Text(label="County", max=100),
    "country": Text(label="Country", max=100),
    "market": Text(label="Market", max=100, hint="Inspectors and readers see the homes of their markets."),
}

FACTS: Fields = {
    "property_type_id": Ref(label="Type", to="property_types"),
    "bedrooms": Number(label="Bedrooms", places=1, most=Decimal("99.9")),
    "bathrooms": Number(label="Bathrooms", places=1, most=Decimal("99.9")),
    "area_sqft": Whole(label="Area in sq ft", most=10_000_000),
    "year_built": Whole(label="Year built", least=1600, most=2199),
    "monthly_rent": Money(label="Rent a month", hint="What an empty day costs is counted from it."),
    "timezone": Zone(label="Time zone", hint="Only where it is not the portfolio's, like America/Denver."),
}

DATES: Fields = {
    "move_out_date": Day(label="Move-out"),
    "move_in_date": Day(label="Next move-in"),
}

FLAGS: Fields = {
    "is_section_8": Flag(label="Section 8"),
    "in_disposition": Flag(label="To be sold"),
    "has_insurance": Flag(label="Insurance claim"),
    "has_squatters": Flag(label="Squatters"),
    "is_core": Flag(label="Core portfolio"),
    "ownership_status": Flag(label="Owned"),
}

PEOPLE: Fields = {
    "property_manager_id": Ref(label="Manager", to="people"),
    "sr_property_manager_id": Ref(label="Senior manager", to="people"),
}


def people_of(role: Role) -> Fields:
    """Whom somebody of this role may name in an existing property. A senior manager gives their own place away in bulk
    only: the row leaves their sight, which a plain write cannot do."""
    if role in ADMINS:
        return PEOPLE
    if role is Role.SR_PROPERTY_MANAGER:
        return {"property_manager_id": PEOPLE["property_manager_id"]}
    return {}


def people_of_new(role: Role) -> Fields:
    """Whom the maker of a property may name beside themselves."""
    if role is Role.PROPERTY_MANAGER:
        return {"sr_property_manager_id": PEOPLE["sr_property_manager_id"]}
    return people_of(role)


# What the page edits in place, piece by piece, and the whole form all together.
PARTS: dict[str, Fields] = {"address": ADDRESS, "facts": FACTS, "dates": DATES, "flags": FLAGS}

FIELDS: Fields = {**ADDRESS, **FACTS, **DATES, **FLAGS}

# Everything that a history or a conflict may speak of.
ALL_FIELDS: Fields = {
    **FIELDS,
    **PEOPLE,
    "is_active": Flag(label="In service"),
    "is_archived": Flag(label="Archived"),
}

STATUSES = {"occupied": "Occupied", "notice": "Notice", "vacant": "Vacant", "turn": "In turn"}

UTILITY: Fields = {
    "utility_provider_id": Ref(label="Provider", to="utility_providers", required=True),
    "account_number": Text(label="Account number", max=100),
}

KINDS = {"POWER": "Power", "WATER": "Water", "GAS": "Gas"}

PROVIDER: Fields = {
    "name": Text(label="Name", max=255, required=True),
    "kind": Choice(label="Supplies", options=KINDS, required=True),
    "phone": Text(label="Phone", max=20),
    "website": Link(label="Website", max=500),
}

constraint("properties_pkey", "id", "There is a row with this id already: make another one.")
constraint("utility_providers_pkey", "id", "There is a row with this id already: make another one.")
constraint("properties_property_id_key", "property_id", "Another property has this code. Choose one that is free.")
constraint("properties_property_type_id_fkey", "property_type_id", "Choose a type from the list.")
constraint("properties_property_manager_id_fkey", "property_manager_id", "Choose a manager from the list.")
constraint("properties_sr_property_manager_id_fkey", "sr_property_manager_id", "Choose a senior manager from the list.")
constraint("turns_market_waits", "market")
constraint("turns_market_approved", "market")
constraint("properties_area_not_negative", "area_sqft", "Enter an area of 0 or more.")
constraint("properties_bedrooms_not_negative", "bedrooms", "Enter a number of 0 or more.")
constraint("properties_bathrooms_not_negative", "bathrooms", "Enter a number of 0 or more.")
constraint("properties_rent_not_negative", "monthly_rent", "Enter a rent of 0 or more.")
constraint("properties_days_known", "move_in_date", "Enter days from the year 1 to 9999.")
constraint("properties_numbers_known", "monthly_rent", "Enter a rent of 0 or more.")
constraint("property_utilities_property_id_fkey", "utility_provider_id", "This property is no longer there.")
constraint("property_utilities_utility_provider_id_fkey", "utility_provider_id", "Choose a provider from the list.")
constraint(
    "property_utilities_provider_key", "utility_provider_id", "This provider is already entered for this property."
)
constraint("properties_property_manager_id_role", "property_manager_id")
constraint("properties_sr_property_manager_id_role", "sr_property_manager_id")
constraint("utility_providers_name_kind_key", "name", "This provider is in the list already.")
