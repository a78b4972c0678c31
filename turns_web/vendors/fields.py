"""A vendor's columns, described once."""

from turns_web.core.errors import constraint
from turns_web.core.fields import Day, Email, Fields, Flag, Link, Many, Secret, Text

CONTACT: Fields = {
    "company_name": Text(label="Company", max=255, required=True),
    "contact_name": Text(label="Contact", max=255),
    "email": Email(label="E-mail", max=255),
    "phone": Text(label="Phone", max=20),
    "website": Link(label="Website", max=500),
    "street_address": Text(label="Street address", max=255),
    "city": Text(label="City", max=100),
    "state": Text(label="State", max=50),
    "zip_code": Text(label="ZIP code", max=20),
}

WORK: Fields = {
    "trades": Many(label="Trades", hint="With commas between them, like Paint, Drywall."),
    "service_area": Many(label="Works in", hint="Cities or counties, with commas between them."),
    "license_number": Text(label="Licence", max=100),
    "insurance_expiry": Day(label="Insured until", hint="Good on that day. Without a date a vendor is not insured."),
}

# Only administrators enter it, and nobody is shown it without leaving a line in the history.
TAX_ID: Fields = {"tax_id": Secret(label="Tax id", max=50)}

PARTS: dict[str, Fields] = {"contact": CONTACT, "work": WORK}

FIELDS: Fields = {**CONTACT, **WORK}

ALL_FIELDS: Fields = {
    **FIELDS,
    **TAX_ID,
    "is_active": Flag(label="Active"),
    "is_approved": Flag(label="Approved"),
    "is_archived": Flag(label="Archived"),
}

INSURANCE = {"ok": "Insured", "soon": "Ends soon", "expired": "Expired", "none": "Not insured"}

constraint("vendors_days_known", "insurance_expiry", "Enter a day from the year 1 to 9999.")
constraint("vendors_pkey", "id", "There is a row with this id already: make another one.")
