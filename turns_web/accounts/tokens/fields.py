"""What is asked of a token that a person makes."""

from turns_web.core.fields import Choice, Day, Fields, Text

TOKEN: Fields = {
    "name": Text(label="Name", required=True, max=100, hint="What it is for, like Weekly report."),
    "scope": Choice(label="It may", required=True, options={"read": "only read", "write": "read and write"}),
    "expires_on": Day(label="Last day", hint="Left empty, it works until you revoke it."),
}
