"""Which turns a view is about: the query string as conditions of SQL, the same for board, table, bulk, queue and live.

Names are column names, `q` contains, all others are exact; a name may come more than once. What is unknown is ignored,
a value that is none raises Senseless. The conditions speak of `t` (turns), `p` (properties) and `s` (turn_stages), and
ask for `:today`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from turns_web.core.fields import Choice, Day, Field, Fields, Flag, Money, Number, Ref, Text, Whole, clean, say
from turns_web.core.listing import Asked, search_of, sort_of, values_of
from turns_web.schema.words import APPROVAL, GRADES, UTILITY


class By(NamedTuple):
    """One filter. sql: the column that is compared, or for a Flag a condition of its own."""

    kind: Field
    sql: str
    is_condition: bool = False


LATE = "t.is_open AND t.expected_completion_date < :today"
AT_RISK = "t.is_open AND t.expected_completion_date BETWEEN :today AND :today + 3"
DAYS_IN_STAGE = (
    "(:today - t.stage_entered_on - t.stage_held_days - CASE WHEN t.held_on IS NULL THEN 0 ELSE :today - t.held_on END)"
)
STUCK = f"t.is_open AND {DAYS_IN_STAGE} > s.target_days"
# The next resident's date; one from before this move-out is the last resident's.
LEASED = "t.next_move_in_date >= coalesce(t.move_out_date, t.next_move_in_date)"
VACANT = "t.is_open AND t.move_out_date <= :today"
# A date of completion can be typed before a turn is complete; it is none until then.
COMPLETED = "t.turn_completion_date IS NOT NULL AND NOT t.is_open"
# The person whose decision was the final one.
DECIDED_BY = (
    "CASE WHEN t.submitted_at IS NULL THEN NULL "
    "WHEN t.scope_approval_status = 'HO_APPROVED' THEN t.ho_approval_user_id "
    "WHEN t.scope_approval_status = 'DFO_APPROVED' THEN t.dfo_approval_user_id END"
)

_TEXTS = {
    "turn_id": ("Turn", "t"),
    "wo_number": ("Work order", "t"),
    "market": ("Market", "t"),
    "status": ("Status", "t"),
    "sub_status": ("Sub-status", "t"),
    "city": ("City", "p"),
    "state": ("State", "p"),
    "zip_code": ("Zip code", "p"),
    "community": ("Community", "p"),
    "county": ("County", "p"),
    "hold_reason": ("Hold", "t"),
    "reject_reason": ("Rejected because", "t"),
    "scope_photos_link": ("Scope photos", "t"),
    "lock_box_location": ("Lock box at", "t"),
}
_MONEY = {
    "turn_amount": "Amount",
    "approved_turn_amount": "Approved amount",
    "change_order_amount": "Change orders",
}
_DAYS = {
    "notice_date": "Notice",
    "move_out_date": "Move-out",
    "expected_completion_date": "Ready date",
    "first_expected_completion_date": "First ready date",
    "occupancy_check_date": "Occupancy check",
    "scope_approved_date": "Scope approved",
    "turn_assignment_date": "Assigned",
    "final_walk_date": "Final walk",
    "sent_to_leasing_date": "Sent to leasing",
    "scan_360_date": "360 scan",
    "turn_completion_date": "Completed",
    "hold_until": "On hold until",
    "lock_box_install_date": "Lock box",
}
_FLAGS = {
    "trash_out_needed": ("Trash-out", "t"),
    "appliances_needed": ("Appliances needed", "t"),
    "appliances_ordered": ("Appliances ordered", "t"),
    "order_inside_maps": ("Inside maps", "t"),
    "generate_wo_email": ("Work-order mail", "t"),
    "expected_completion_is_computed": ("Ready date computed", "t"),
    "has_lock_box_code": ("Lock box", "t"),
    "is_open": ("Open", "t"),
    "is_section_8": ("Section 8", "p"),
    "in_disposition": ("In disposition", "p"),
    "has_insurance": ("Insurance claim", "p"),
    "has_squatters": ("Squatters", "p"),
    "is_core": ("Core", "p"),
    "ownership_status": ("Owned", "p"),
}
_REFS = {
    "stage_id": ("Stage", "turn_stages"),
    "property_manager_id": ("Manager", "people"),
    "sr_property_manager_id": ("Senior manager", "people"),
    "vendor_id": ("Vendor", "vendors"),
    "flooring_vendor_id": ("Flooring vendor", "vendors"),
    "turns_superintendent_id": ("Superintendent", "people"),
    "property_id": ("Home", "properties"),
    "submitted_by": ("Submitted by", "people"),
    "amount_set_by": ("Amount set by", "people"),
    "dfo_approval_user_id": ("DFO", "people"),
    "ho_approval_user_id": ("HO", "people"),
    "reject_user_id": ("Rejected by", "people"),
    "created_by": ("Created by", "people"),
    "updated_by": ("Last changed by", "people"),
    "archived_by": ("Archived by", "people"),
    "id": ("Turn", "turns"),
}
_CONDITIONS = {
    "overdue": ("Late", LATE),
    "at_risk": ("At risk", AT_RISK),
    "stuck": ("Stuck", STUCK),
    "on_hold": ("On hold", "t.hold_reason IS NOT NULL"),
    "leased": ("Leased", LEASED),
    "undated": ("No ready date", "t.is_open AND t.expected_completion_date IS NULL"),
    "vacant": ("Vacant", VACANT),
    # What the figures of the reports are about, so that each leads to the list that it counts.
    "is_completed": ("Complete", COMPLETED),
    "has_turn_days": ("Turn days known", f"{COMPLETED} AND t.move_out_date IS NOT NULL"),
    "on_time": ("On time", f"{COMPLETED} AND t.turn_completion_date <= t.first_expected_completion_date"),
    "was_promised": ("First ready date known", "t.first_expected_completion_date IS NOT NULL"),
    "has_cost": ("Cost known", "t.approved_turn_amount IS NOT NULL"),
    "has_decision": ("Decided by a person", f"{DECIDED_BY} IS NOT NULL"),
    "no_rent": ("Rent unknown", "t.monthly_rent IS NULL"),
    "no_manager": ("No manager", "t.property_manager_id IS NULL"),
    "no_vendor": ("No vendor", "t.vendor_id IS NULL"),
    "no_market": ("No market", "t.market IS NULL"),
    "no_property_type": ("No property type", "p.property_type_id IS NULL"),
    "no_bedrooms": ("Bedrooms unknown", "p.bedrooms IS NULL"),
}

FILTERS: dict[str, By] = {
    **{name: By(Ref(label=label, to=to), f"t.{name}") for name, (label, to) in _REFS.items()},
    "decided_by": By(Ref(label="Approval decided by", to="people"), DECIDED_BY),
    "property_type_id": By(Ref(label="Property type", to="property_types"), "p.property_type_id"),
    "scope_approval_status": By(Choice(label="Approval", options=APPROVAL), "t.scope_approval_status::text"),
    "grade": By(Choice(label="Grade", options=GRADES), "t.grade::text"),
    **{
        f"{name}_status": By(Choice(label=name.capitalize(), options=UTILITY), f"t.{name}_status::text")
        for name in ("power", "water", "gas")
    },
    **{name: By(Flag(label=label), sql, is_condition=True) for name, (label, sql) in _CONDITIONS.items()},
    **{name: By(Text(label=label), f"{of}.{name}") for name, (label, of) in _TEXTS.items()},
    **{name: By(Flag(label=label), f"{of}.{name}") for name, (label, of) in _FLAGS.items()},
    **{name: By(Money(label=label, negative=True), f"t.{name}") for name, label in _MONEY.items()},
    "version": By(Whole(label="Version"), "t.version"),
    "priority": By(Whole(label="Priority", least=-2_147_483_648), "t.priority"),
    "bedrooms": By(Number(label="Bedrooms"), "p.bedrooms"),
    "bathrooms": By(Number(label="Bathrooms"), "p.bathrooms"),
    **{name: By(Day(label=label), f"t.{name}") for name, label in _DAYS.items()},
    "move_in_date": By(Day(label="Move-in"), "p.move_in_date"),
}
# Each date also from and to a day, both included.
_RANGES = {
    f"{name}_{end}": By(Day(label=f"{by.kind.label} {word}"), f"{by.sql} {sign}")
    for name, by in FILTERS.items()
    if isinstance(by.kind, Day)
    for end, word, sign in (("from", "from", ">="), ("to", "to", "<="))
}


ANY = "any"


@dataclass(frozen=True, kw_only=True)
class FlagOrAny(Flag):
    """Yes, no, or `any`, which is None."""

    def parse(self, typed: str | None) -> bool | None:
        return None if clean(typed) == ANY else super().parse(typed)


# These have a value even where nobody says one.
_UNLESS_TOLD = {"is_active": True, "is_archived": False}
_UNLESS_TOLD_WORDS = {
    ("is_active", None): ("Turns", "past ones too"),
    ("is_active", False): ("Turns", "past ones"),
    ("is_archived", None): ("Archived", "too"),
    ("is_archived", True): ("Archived", "only"),
}
# All that an address may ask, by name.
KINDS: Fields = {
    **{name: by.kind for name, by in (FILTERS | _RANGES).items()},
    **{name: FlagOrAny(label=name) for name in _UNLESS_TOLD},
}

# What a list may be sorted by: the expression, and its type for a cursor.
SORTS: dict[str, tuple[str, str]] = {
    "turn_id": ("t.turn_id", "text"),
    "street_address": ("p.street_address", "text"),
    "city": ("p.city", "text"),
    "market": ("t.market", "text"),
    "stage_id": ("s.display_order", "integer"),
    "vendor_id": ("v.company_name", "text"),
    "property_manager_id": ("pm.name", "text"),
    "scope_approval_status": ("t.scope_approval_status::text", "text"),
    "turn_amount": ("t.turn_amount", "numeric"),
    "days_in_stage": (DAYS_IN_STAGE, "integer"),
    "priority": ("t.priority", "integer"),
    "created_at": ("t.created_at", "timestamptz"),
    "updated_at": ("t.updated_at", "timestamptz"),
    "move_in_date": ("p.move_in_date", "date"),
    **{name: (f"t.{name}", "date") for name in _DAYS},
}


class Chip(NamedTuple):
    """A filter in force, in words, with the query string that is left without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked, parsed: {name: values}, in the order of FILTERS. None as is_active or is_archived is `any`."""

    chosen: Mapping[str, tuple[Any, ...]]
    q: str | None = None
    sort: str | None = None

    @classmethod
    def of(cls, asked: Asked) -> Filters:
        """Raises Senseless for a value that is none."""
        found = {name: tuple(values_of(asked, name, kind)) for name, kind in KINDS.items() if name in asked}
        chosen = {name: values[-1:] if name in _UNLESS_TOLD else values for name, values in found.items() if values}
        return cls(chosen, search_of(asked), sort_of(asked, SORTS))

    def where(self) -> tuple[str, dict[str, Any]]:
        """The conditions joined by AND, and their parameters but `today`."""
        said: list[str] = []
        given: dict[str, Any] = {}
        for name, default in _UNLESS_TOLD.items():
            value = self.chosen.get(name, (default,))[0]
            if value is not None:
                said.append(f"{'' if value else 'NOT '}t.{name}")
        if self.q:
            # Among those under way it is found at once, among all past ones not.
            given |= {"q": self.q, "on_board": self.on_board}
            said.append("t.id IN (SELECT search_turn_ids(:q, :on_board))")
        for name, values in self.chosen.items():
            if name in _RANGES:
                said.append(f"{_RANGES[name].sql} :{name}")
                given[name] = values[-1]
            elif name in FILTERS:
                said.append(_condition(name, FILTERS[name], values, given))
        return " AND ".join(f"({one})" for one in said) or "true", given

    def pairs(self) -> list[tuple[str, str]]:
        """The query string that asks for just this, always in the same order."""
        pairs = [("q", self.q)] if self.q else []
        for name, values in self.chosen.items():
            pairs += [(name, _text(KINDS[name], value)) for value in values]
        return pairs + ([("sort", self.sort)] if self.sort else [])

    def query(self, **further: Any) -> str:
        return urlencode(self.pairs() + [(name, str(value)) for name, value in further.items() if value is not None])

    def without(self, name: str) -> Filters:
        if name == "q":
            return replace(self, q=None)
        return replace(self, chosen={other: values for other, values in self.chosen.items() if other != name})

    def at(self, name: str, value: Any) -> Filters:
        """The same, and `name` is `value`."""
        return replace(self, chosen={**self.chosen, name: (value,)})

    def unsorted(self) -> Filters:
        return replace(self, sort=None)

    def is_on(self, name: str, value: Any) -> bool:
        """Whether a choice of the panel stands at `value`, a text."""
        return value in [_text(KINDS[name], one) for one in self.chosen.get(name, ())]

    def text(self, name: str) -> str:
        """What an input for this filter shows."""
        values = self.chosen.get(name)
        return _text(KINDS[name], values[-1]) if values else ""

    def beside(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """The pairs of the query string but those of `names`."""
        left_out = set(names)
        return [(name, value) for name, value in self.pairs() if name not in left_out]

    @property
    def on_board(self) -> bool:
        """Whether past turns are left out."""
        return self.chosen.get("is_active", (True,))[0] is True

    @property
    def is_empty(self) -> bool:
        return not self.chosen and not self.q

    def wanted_names(self) -> dict[str, list[UUID]]:
        """The rows whose names the chips need, by table."""
        wanted: dict[str, list[UUID]] = {}
        for name, values in self.chosen.items():
            kind = FILTERS[name].kind if name in FILTERS else None
            if isinstance(kind, Ref):
                wanted.setdefault(kind.to, []).extend(values)
        return wanted

    def chips(self, names: Mapping[UUID, str]) -> list[Chip]:
        chips = [Chip("Find", self.q, self.without("q").query())] if self.q else []
        for name, values in self.chosen.items():
            if name in _UNLESS_TOLD:
                label, words = _UNLESS_TOLD_WORDS.get((name, values[0]), (name, "as usual"))
            else:
                kind = KINDS[name]
                label, words = kind.label, ", ".join(say(kind, value, names) for value in values)
            chips.append(Chip(label, words, self.without(name).query()))
        return chips


def _condition(name: str, by: By, values: Iterable[Any], given: dict[str, Any]) -> str:
    values = list(values)
    if by.is_condition:
        # A null condition ("late" without a date) is a no.
        return " OR ".join(
            f"coalesce({by.sql}, false)" if value else f"NOT coalesce({by.sql}, false)" for value in values
        )
    given[name] = values
    return f"{by.sql} = ANY(:{name})"


def _text(kind: Field, value: Any) -> str:
    if value is None:
        return ANY
    if isinstance(value, bool):
        return "1" if value else "0"
    return kind.text(value)
