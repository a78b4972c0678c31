"""A text of one kind of notice."""

from turns_web.core.fields import Fields, Text

TEXT: Fields = {
    "subject": Text(label="Subject", required=True, max=200, hint="The title in the page and the subject of the mail."),
    "body": Text(label="Line", required=True, max=1000, multiline=True, hint="What stands under it."),
}
