"""Which columns stand on the page, how wide, and in what size of letters: chosen by the first rows.

All widths in here are in ems, so that they hold for every size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import letter

from turns_web.exports.paper.fonts import BOLD, REGULAR, faces
from turns_web.exports.paper.sheets import MARGIN
from turns_web.exports.sheet import Column, Kind

# Upright as long as nothing is folded; then across, in smaller letters down to those that can still be read on paper.
_ACROSS = (8.0, 7.5, 7.0, 6.5)
GAP = 1.2
_LEAST, _LONGEST_WORD, _LONGEST_TEXT = 2.5, 10.0, 26.0
_SHORT = 16
# How much of what would keep texts in one line must be there, for letters not to be made smaller.
_EASE = 0.4
# What each list is read for on paper, the most telling ones first. Where there is no room for all, the others go first,
# but for those with totals: long texts, then what says nothing in the first rows, then the last one before the first.
_ON_PAPER = {
    "turns": (
        "turn_id", "property_id", "street_address", "unit", "city", "stage_id", "turn_amount", "committed_amount",
        "approved_turn_amount", "move_out_date", "expected_completion_date", "turn_completion_date", "vendor_id",
        "days_vacant", "days_in_stage", "market", "scope_approval_status", "change_order_amount", "holder",
        "property_manager_id", "overdue", "grade", "zip_code", "state",
    ),
    "properties": (
        "property_id", "street_address", "unit", "city", "market", "property_type_id", "bedrooms", "bathrooms",
        "monthly_rent", "area_sqft", "property_manager_id", "status", "open_turn", "move_out_date", "last_cost",
        "zip_code", "state", "community", "sr_property_manager_id", "move_in_date",
    ),
    "vendors": (
        "company_name", "contact_name", "phone", "email", "trades", "service_area", "city", "insurance_expiry",
        "insurance", "is_approved", "open_jobs", "total_jobs", "average_rating", "license_number", "is_active",
    ),
    "audit": ("created_at", "user_name", "action", "record", "description", "table_name", "user_role", "ip_address"),
}  # fmt: skip
_RIGHT = (Kind.MONEY, Kind.NUMBER, Kind.WHOLE)


@dataclass(frozen=True, slots=True)
class Place:
    """A column on the page. at: where it stands among those of the source. x: from the left margin, in points."""

    column: Column
    at: int
    x: float
    width: float

    @property
    def from_right(self) -> bool:
        return self.column.kind in _RIGHT


@dataclass(frozen=True, slots=True)
class Plan:
    places: list[Place]
    size: float
    is_wide: bool
    left_out: list[Column]


@dataclass(frozen=True, slots=True)
class _Need:
    """least: without breaking what should not be. ease: with every text in one line. is_empty: no row says anything.

    is_long: some text takes many lines, however wide the column.
    """

    column: Column
    at: int
    least: float
    ease: float
    is_empty: bool
    is_long: bool


def plan(type: str, columns: Sequence[Column], sample: Sequence[Sequence[str]], sums: Sequence[str]) -> Plan:
    """type: of the source. sample: the words of the first rows. sums: what the totals will be about, or nothing."""
    texts = zip(*sample, strict=True) if sample else ((),) * len(columns)
    needs = [_need(column, at, said, sums[at]) for at, (column, said) in enumerate(zip(columns, texts, strict=True))]
    if sum(need.ease for need in needs) + GAP * len(needs) <= _room(_ACROSS[0], is_wide=False):
        return _placed(needs, columns, _ACROSS[0], is_wide=False)
    for size in _ACROSS:
        if _wanted(needs) <= _room(size, is_wide=True):
            return _placed(needs, columns, size, is_wide=True)
    telling = _ON_PAPER.get(type, ())
    while len(needs) > 1 and _wanted(needs) > _room(_ACROSS[-1], is_wide=True):
        needs.remove(max(needs, key=lambda need: _missed_little(need, telling)))
    return _placed(needs, columns, _ACROSS[-1], is_wide=True)


def _wanted(needs: Sequence[_Need]) -> float:
    return sum(need.least + _EASE * (need.ease - need.least) + GAP for need in needs) - GAP


def _room(size: float, *, is_wide: bool) -> float:
    return ((letter[1] if is_wide else letter[0]) - 2 * MARGIN) / size


def _need(column: Column, at: int, texts: Sequence[str], total: str) -> _Need:
    width, bold = faces(REGULAR).width, faces(BOLD).width
    head = max(bold(word) for word in column.label.split())
    whole = max((width(line) for text in set(texts) for line in text.split("\n")), default=0.0)
    if column.kind is Kind.TEXT:
        unbroken = max((min(width(word), _LONGEST_WORD) for word in _words(texts)), default=0.0)
        least, ease = max(head, unbroken, _LEAST), min(whole, _LONGEST_TEXT)
    else:
        least, ease = max(head, whole, bold(total), _LEAST), whole
    return _Need(column, at, least, max(least, ease), not any(texts), whole > 4 * _LONGEST_TEXT)


def _words(texts: Sequence[str]) -> Iterator[str]:
    """What a line should not be broken in: words, and a code or a number as a whole."""
    for text in set(texts):
        yield from [text] if len(text) <= _SHORT and any(map(str.isdigit, text)) else text.split()


def _missed_little(need: _Need, telling: Sequence[str]) -> tuple[bool, bool, bool, int]:
    name = need.column.name
    if name in telling:
        return False, False, need.is_empty, telling.index(name)
    return not need.column.is_summed, need.is_long, need.is_empty, need.at


def _placed(needs: Sequence[_Need], columns: Sequence[Column], size: float, *, is_wide: bool) -> Plan:
    spare = _room(size, is_wide=is_wide) + GAP - sum(need.least + GAP for need in needs)
    wished = sum(need.ease - need.least for need in needs)
    share = min(1.0, spare / wished) if wished else 0.0
    beyond = min(3.0, (spare - wished * share) / len(needs))
    places, x = [], 0.0
    for need in needs:
        width = need.least + share * (need.ease - need.least) + beyond
        places.append(Place(need.column, need.at, x, width * size))
        x += (width + GAP) * size
    shown = {need.at for need in needs}
    return Plan(places, size, is_wide, [column for at, column in enumerate(columns) if at not in shown])
