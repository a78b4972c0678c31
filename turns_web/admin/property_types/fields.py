"""What is asked of a type, and what the database's own refusals of one are called."""

from turns_web.core.errors import constraint
from turns_web.core.fields import Fields, Flag, Text

TYPE: Fields = {
    "name": Text(label="Name", required=True, max=100),
    "is_active": Flag(label="Offered for homes"),
}
NEW_TYPE: Fields = {"name": TYPE["name"]}

constraint("property_types_name_key", "name", "There is a type of this name already.")
constraint("property_types_name_not_blank", "name", "Enter a name.")
