"""What /audit can be asked, and as which conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from turns_web.core.fields import Choice, Field, FieldError, Fields, Ref
from turns_web.core.listing import Asked, search_of, values_of

ACTIONS = {
    "CREATE": "Added",
    "UPDATE": "Changed",
    "DELETE": "Removed",
    "VIEW": "Looked at a secret",
    "EXPORT": "Took a file",
}


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """A day, or a moment as ISO 8601 has it. zone: whose day it is; ends: a day means its end."""

    zone: str = "UTC"
    ends: bool = False

    def _parse(self, typed: str) -> datetime:
        # A plus that was not escaped arrives as a space.
        spelled = typed.replace("Z", "+00:00").replace(" ", "+") if "T" in typed else typed
        try:
            if len(spelled) > len("2026-03-12"):
                at = datetime.fromisoformat(spelled)
            else:
                at = datetime.combine(date.fromisoformat(spelled) + timedelta(days=self.ends), time())
            return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(self.zone))).astimezone(UTC)
        except (ValueError, OverflowError):
            raise FieldError("Enter a date like 2026-03-12.") from None

    def spoken(self, typed: str) -> str:
        """What was typed, in words: the day that it names, or the moment."""
        is_day = len(typed.strip()) <= len("2026-03-12")
        local = self.parse(typed).astimezone(ZoneInfo(self.zone)) - timedelta(days=self.ends and is_day)
        return f"{local:%a} {local.day} {local:%b %Y}" + ("" if is_day else f" {local:%H:%M}")


# What each is compared as.
_TYPES = {"user_id": "uuid", "record_id": "uuid", "turn_id": "uuid", "table_name": "varchar"}


@dataclass(frozen=True, slots=True)
class Filter:
    """values: {column: those asked for}. since: included. until: left out, the earliest end that was asked for. typed:
    the times, as they were. kinds, times: how each is said."""

    kinds: Fields
    times: Mapping[str, Moment]
    q: str = ""
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.values or self.typed)

    def text(self, name: str) -> str:
        """What a select of this filter shows as chosen."""
        values = self.values.get(name, ())
        return self.kinds[name].text(values[0]) if len(values) == 1 else self.typed.get(name, "")

    def of_turn(self, turn_id: UUID) -> Filter:
        """What was done to a turn and to all that hangs on it, in place of a search for its number."""
        return replace(self, q="", values={**self.values, "turn_id": [turn_id]})

    def where(self) -> tuple[list[str], dict[str, Any]]:
        """Conditions on `a` but those of time and of q, and their parameters."""
        said, given = [], {}
        for name, values in self.values.items():
            if name == "action":  # one of our own words, and written out: the planner has an index for each
                said.append(" OR ".join(f"a.action = '{value}'" for value in values).join("()"))
            elif len(values) == 1:  # an index is walked in order for one value only
                said.append(f"a.{name} = CAST(:{name} AS {_TYPES[name]})")
                given[name] = values[0]
            else:
                said.append(f"a.{name} = ANY(CAST(:{name} AS {_TYPES[name]}[]))")
                given[name] = list(values)
        return said, given


def parse(asked: Asked, tables: Mapping[str, str], zone: str) -> Filter:
    """tables: {table: its noun}. zone: of the person, whose days are meant. Raises Senseless."""
    kinds: Fields = {
        "user_id": Ref(label="Person", to="people"),
        "record_id": Ref(label="Record", to="turns"),
        "table_name": Choice(label="What", options=tables),
        "action": Choice(label="Act", options=ACTIONS),
    }
    times: dict[str, Moment] = {
        "created_from": Moment(label="From", zone=zone),
        "created_to": Moment(label="To", zone=zone, ends=True),
        "before": Moment(label="Before", zone=zone),
    }
    values = {name: found for name, kind in kinds.items() if name in asked and (found := values_of(asked, name, kind))}
    moments = {
        name: found[-1] for name, kind in times.items() if name in asked and (found := values_of(asked, name, kind))
    }
    ends = [moments[name] for name in ("created_to", "before") if name in moments]
    return Filter(
        kinds=kinds,
        times=times,
        q=search_of(asked) or "",
        values=values,
        typed={name: asked.getlist(name)[-1] for name in moments},
        since=moments.get("created_from"),
        until=min(ends) if ends else None,
    )
