"""What is asked of a person's account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from turns_web.core.errors import ALL, constraint
from turns_web.core.fields import Choice, Email, FieldError, Fields, Flag, Many, Ref, Secret, Text, Whole, Zone, clean
from turns_web.core.identity import Role


@dataclass(frozen=True, kw_only=True)
class Markets(Many):
    """Names of markets, which may hold commas: each on a line of its own, or with semicolons between them."""

    def parse(self, typed: str | None) -> list[str]:
        parts = [part.strip() for part in re.split(r"[;\n]", clean(typed) or "")]
        kept = list(dict.fromkeys(part for part in parts if part))
        if any(len(part) > 100 for part in kept) or len(kept) > self.max:
            raise FieldError(f"Choose at most {self.max} markets, of at most 100 characters each.")
        return kept

    def text(self, value: Any) -> str:
        return "; ".join(value or ())


USER: Fields = {
    "email": Email(label="E-mail", required=True, max=255),
    "first_name": Text(label="First name", max=100),
    "last_name": Text(label="Last name", max=100),
    "phone": Text(label="Phone", max=20),
    "role": Choice(label="Role", required=True, options={role.value: role.words for role in Role}),
    "vendor_id": Ref(label="Company", to="vendors", hint="Of a vendor's people only."),
    "markets": Markets(label="Markets", max=200),
    "timezone": Zone(label="Time zone", hint="Only where it is not the portfolio's, like America/Denver."),
}

# As an account's history tells it: also what is in no column that anybody types into.
ACCOUNT: Fields = {
    **USER,
    "is_active": Flag(label="May sign in"),
    "password_hash": Secret(label="Password"),
    "invitation": Text(label="Invitation"),
    "password_link": Text(label="Link for a new password"),
    "sessions_ended": Whole(label="Sessions ended"),
    "api_tokens_revoked": Whole(label="API tokens revoked"),
}

PREFERENCES = {
    "theme": Choice(
        label="Theme", options={"system": "As the system", "light": "Light", "dark": "Dark"}, required=True
    ),
    "shortcuts": Flag(label="Single-key shortcuts", hint="Keys like m, e and x, while nothing is being typed."),
}

constraint("idx_users_email", "email", "Somebody has this address already.")
constraint("valid_email", "email", "Enter an e-mail address like ana@example.com.")
constraint("users_vendor_id_fkey", "vendor_id", "Choose a company from the list.")
constraint("users_last_super_admin", "role")
constraint("links_account_opened", ALL)
constraint("links_account_closed", ALL)
constraint("links_none_waits", ALL)
constraint("saved_views_taker", "views_owner_id")
