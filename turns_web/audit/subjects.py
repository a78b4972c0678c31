"""What the audit speaks of: what a record of each table is called, how its columns are said, and where its page is.

The domains describe themselves and lie above this one, so that create_app hands the whole over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from turns_web.core.fields import Field, Fields, humane


@dataclass(frozen=True, slots=True)
class Subject:
    """noun: as in "added the turn". page: its address, with {id}, or with {turn_id} or {property_id} of what it hangs
    on; empty where it has none. named: the column that holds its name, where core/names does not know it."""

    noun: str
    fields: Fields = field(default_factory=dict)
    page: str = ""
    named: str = ""

    def address(self, id: UUID, turn_id: UUID | None = None, property_id: UUID | None = None) -> str:
        """Where one looks at a record; empty where nowhere."""
        of = {"{id}": id, "{turn_id}": turn_id, "{property_id}": property_id}
        address = self.page
        for mark, value in of.items():
            if mark in address:
                if value is None:
                    return ""
                address = address.replace(mark, str(value))
        return address


Subjects = Mapping[str, Subject]


def subject_of(subjects: Subjects, table: str) -> Subject:
    """Also of a table that is gone, or that nobody has described yet."""
    return subjects.get(table) or Subject(noun=table.replace("_", " ").removesuffix("s"))


def described(fields: Fields, columns: Iterable[str]) -> dict[str, Field]:
    """The fields of these columns, described ones first in their order."""
    columns = sorted(columns)
    wanted = set(columns)
    known = {name: kind for name, kind in fields.items() if name in wanted}
    return known | {name: Field(label=humane(name)) for name in columns if name not in fields}
