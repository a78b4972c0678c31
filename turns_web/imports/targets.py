"""What can be taken in: each table's columns, what files call them, and what tells its rows apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from turns_web.core.fields import Field, Flag, Ref, Text
from turns_web.properties import fields as of_properties
from turns_web.schema import properties, turns, vendors
from turns_web.turns import fields as of_turns
from turns_web.vendors import fields as of_vendors


@dataclass(frozen=True)
class Target:
    """keys: the first that is mapped whole tells rows apart, else what is mapped of the last.
    called: {name in files: column}, without case, spaces and signs. cased: columns that --title-case is for.
    unknown: columns where 0 stands for "not known". defaults: of columns that cannot be empty.
    once: columns taken in with a new row and never compared. unique: the column that no two rows share."""

    table: Table
    fields: Mapping[str, Field]
    must: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    called: Mapping[str, str]
    cased: frozenset[str]
    unknown: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    once: frozenset[str] = frozenset()
    unique: str | None = None


def _flags(fields: Mapping[str, Field], **others: bool) -> dict[str, Any]:
    return {name: others.get(name, False) for name, kind in fields.items() if isinstance(kind, Flag)}


_PROPERTY: dict[str, Field] = {
    **of_properties.FIELDS,
    **of_properties.PEOPLE,
    "is_active": of_properties.ALL_FIELDS["is_active"],
}
_VENDOR: dict[str, Field] = {
    **of_vendors.FIELDS,
    **of_vendors.TAX_ID,
    "is_active": of_vendors.ALL_FIELDS["is_active"],
    "is_approved": of_vendors.ALL_FIELDS["is_approved"],
}
_TURN: dict[str, Field] = {
    "turn_id": Text(label="Turn", max=50),
    "property_id": Ref(label="Property's code", to="properties", required=True),
    "stage_id": Ref(label="Stage", to="turn_stages"),
    **of_turns.TURN,
}

TARGETS: dict[str, Target] = {
    "properties": Target(
        table=properties,
        fields=_PROPERTY,
        must=("street_address",),
        keys=(("property_id",), ("street_address", "unit", "city", "zip_code")),
        called={
            "code": "property_id", "propertycode": "property_id", "propertyno": "property_id",
            "street": "street_address", "address": "street_address", "address1": "street_address",
            "propertyaddress": "street_address", "addressline1": "street_address",
            "zip": "zip_code", "postalcode": "zip_code", "postcode": "zip_code", "zippostalcode": "zip_code",
            "beds": "bedrooms", "bed": "bedrooms", "br": "bedrooms", "bd": "bedrooms", "noofbedrooms": "bedrooms",
            "baths": "bathrooms", "bath": "bathrooms", "ba": "bathrooms", "noofbathrooms": "bathrooms",
            "sqft": "area_sqft", "squarefeet": "area_sqft", "area": "area_sqft", "sqfeet": "area_sqft",
            "livingarea": "area_sqft", "squarefootage": "area_sqft", "yearbuilt": "year_built",
            "rent": "monthly_rent", "marketrent": "monthly_rent", "propertytype": "property_type_id",
            "propertymanager": "property_manager_id", "pm": "property_manager_id", "manager": "property_manager_id",
            "seniormanager": "sr_property_manager_id", "srpropertymanager": "sr_property_manager_id",
            "moveout": "move_out_date", "movein": "move_in_date", "propertyname": "name", "section8": "is_section_8",
            "unitno": "unit", "unitnumber": "unit", "apt": "unit", "complex": "community", "province": "state",
        },
        cased=frozenset({"name", "street_address", "community", "city", "county"}),
        unknown=frozenset({"bedrooms", "bathrooms", "area_sqft"}),
        defaults=_flags(_PROPERTY, is_active=True, is_core=True),
        unique="property_id",
    ),
    "vendors": Target(
        table=vendors,
        fields=_VENDOR,
        must=("company_name",),
        keys=(("company_name",),),
        called={
            "company": "company_name", "vendor": "company_name", "vendorname": "company_name", "name": "company_name",
            "contact": "contact_name", "contactperson": "contact_name", "mail": "email", "emailaddress": "email",
            "telephone": "phone", "phonenumber": "phone", "mobile": "phone", "web": "website", "url": "website",
            "street": "street_address", "address": "street_address", "zip": "zip_code", "postalcode": "zip_code",
            "trade": "trades", "license": "license_number", "licence": "license_number", "areas": "service_area",
            "insurance": "insurance_expiry", "insuranceexpires": "insurance_expiry", "taxid": "tax_id", "ein": "tax_id",
            "approved": "is_approved", "active": "is_active",
        },
        cased=frozenset({"company_name", "contact_name", "street_address", "city"}),
        defaults=_flags(_VENDOR, is_active=True) | {"trades": [], "service_area": []},
        once=frozenset({"tax_id"}),
    ),
    "turns": Target(
        table=turns,
        fields=_TURN,
        must=("property_id",),
        keys=(("turn_id",), ("property_id", "move_out_date")),
        called={
            "code": "property_id", "property": "property_id", "propertycode": "property_id", "turn": "turn_id",
            "turnno": "turn_id", "stage": "stage_id", "moveout": "move_out_date", "vacated": "move_out_date",
            "amount": "turn_amount", "estimate": "turn_amount", "cost": "turn_amount", "vendor": "vendor_id",
            "ready": "expected_completion_date", "readydate": "expected_completion_date",
            "expectedcompletion": "expected_completion_date", "completed": "turn_completion_date",
            "completiondate": "turn_completion_date", "workorder": "wo_number", "wo": "wo_number",
            "superintendent": "turns_superintendent_id", "flooringvendor": "flooring_vendor_id",
            "notice": "notice_date", "finalwalk": "final_walk_date", "lockboxcode": "primary_lock_box_code",
        },
        cased=frozenset(),
        defaults=_flags(_TURN) | {"power_status": "PENDING", "water_status": "PENDING", "gas_status": "PENDING"},
        once=frozenset({"primary_lock_box_code", "turn_id"}),
        unique="turn_id",
    ),
}  # fmt: skip
