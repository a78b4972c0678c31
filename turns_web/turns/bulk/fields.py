"""What can be changed of many turns at once."""

from turns_web.core.fields import Day, Fields, Ref, Text

BULK_FIELDS: Fields = {
    "stage_id": Ref(label="Stage", to="turn_stages"),
    "note": Text(label="Note", max=5000, multiline=True, hint="Turns that go back need one"),
    "vendor_id": Ref(label="Vendor", to="vendors"),
    "expected_completion_date": Day(label="Ready date"),
    "turns_superintendent_id": Ref(label="Superintendent", to="people"),
}

# More would keep a person waiting, and the page; the rest is done in a second go.
MOST = 500
