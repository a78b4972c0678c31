"""What is asked of a person's account."""

from turns_web.core.errors import constraint
from turns_web.core.fields import Choice, Email, Flag, Ref, Text
from turns_web.core.identity import Role

USER = {
    "email": Email(label="E-mail", required=True, max=255),
    "first_name": Text(label="First name", max=100),
    "last_name": Text(label="Last name", max=100),
    "phone": Text(label="Phone", max=20),
    "role": Choice(label="Role", required=True, options={role.value: role.words for role in Role}),
    "vendor_id": Ref(label="Company", to="vendors"),
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
