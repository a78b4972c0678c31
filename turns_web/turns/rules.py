"""What a turn's dates and stage mean today: vacant for how long, late or not, stuck or not, and who has to act next.

Pure decisions on plain values. A "day" is a calendar day where the home is; `today` comes from the caller's clock.
Source: docs/data.md, "Ready dates", has the arithmetic of the day on which a home should be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

# With so many days left, or fewer, a turn that is not late is at risk.
RISK_DAYS = 3

# A move-in so near is a hard limit.
LEASED_SOON_DAYS = 3

APPROVED = frozenset({"DFO_APPROVED", "HO_APPROVED"})
WAITING = frozenset({"DFO_APPROVAL_NEEDED", "HO_APPROVAL_NEEDED"})


def days_vacant(move_out: date | None, today: date, completed: date | None = None) -> int | None:
    """Days since the resident left; that day is 0. None without a date, and while it is still to come.

    completed: of a turn that is done, the days it stood empty until then.
    """
    until = completed or today
    if move_out is None or move_out > today:
        return None
    return max(0, (until - move_out).days)


def days_in_stage(entered: date, today: date, held_days: int = 0, held_since: date | None = None) -> int:
    """Calendar days in the present stage, holds not counted.

    held_days: of holds that are over, in this visit; held_since: of the one that lasts.
    """
    held = held_days + ((today - held_since).days if held_since else 0)
    return max(0, (today - entered).days - held)


def is_stuck(is_open: bool, days: int, target: int | None) -> bool:
    return is_open and target is not None and days > target


def work_days_left(expected: date, today: date, move_out: date | None = None) -> int:
    """Weekdays on which work can still be done: the ready date is the first possible move-in, so the day before it is
    the last one, and the day of the move-out is none.

    >>> work_days_left(date(2026, 9, 4), date(2026, 8, 31), move_out=date(2026, 8, 31))
    3
    """
    first = max(today, move_out + timedelta(days=1)) if move_out else today
    days = max(0, (expected - first).days)
    whole_weeks, rest = divmod(days, 7)
    return whole_weeks * 5 + sum((first + timedelta(days=n)).weekday() < 5 for n in range(rest))


State = Literal["late", "risk", "ok", "none", "hold", "done"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a turn stands against its ready date, in words."""

    state: State
    words: str


def standing(
    *,
    is_open: bool,
    expected: date | None,
    today: date,
    move_out: date | None = None,
    completed: date | None = None,
    on_hold: bool = False,
    hold_until: date | None = None,
) -> Standing:
    """hold_until: only shown; a hold that has passed it stays one until somebody ends it."""
    if completed is not None and not is_open:
        return _done(expected, completed)
    due = _due(expected, today, move_out)
    if on_hold:
        until = f" to {hold_until.day} {hold_until:%b}" if hold_until else ""
        return Standing("hold", f"On hold{until}{f', {due.words}' if due.state == 'late' else ''}")
    return due


def _done(expected: date | None, completed: date) -> Standing:
    if expected is None:
        return Standing("done", "Done")
    over = (completed - expected).days
    return Standing("late", f"Done {over} d late") if over > 0 else Standing("done", "Done on time")


def _due(expected: date | None, today: date, move_out: date | None) -> Standing:
    if expected is None:
        return Standing("none", "No ready date")
    days = (expected - today).days
    if days < 0:
        return Standing("late", f"{-days} d late")
    if days == 0:
        return Standing("risk", "Due today")
    left = work_days_left(expected, today, move_out)
    words = f"{left or 'No'} work day{'' if left in (0, 1) else 's'} left"
    return Standing("risk" if days <= RISK_DAYS else "ok", words)


# Who can have the ball: a person or a company by name, or a role where nobody is named.
Who = Literal["person", "company", "nobody"]


@dataclass(frozen=True, slots=True)
class Holder:
    """name: as shown ("Dana Whitfield", "DFO approver"). part: in which part they have it ("manager"), or empty."""

    who: Who
    name: str
    part: str = ""

    @property
    def words(self) -> str:
        return f"{self.name}, {self.part}" if self.part else self.name


@dataclass(frozen=True, slots=True)
class People:
    """Names of those who have a part in a turn; None where nobody has it, or the reader may not see them."""

    manager: str | None = None
    senior: str | None = None
    superintendent: str | None = None
    vendor: str | None = None


def holder(
    people: People, *, status: str, on_hold: bool, vendor_works: bool, is_walk: bool, is_complete: bool, sent: bool
) -> Holder:
    """Who has to act next.

    status: of the scope's approval. vendor_works: the stage asks for a vendor. is_walk: an earlier one does, this one
    no more. sent: the home went back to leasing.
    """
    if on_hold:
        return _manager(people)
    if is_complete:
        return Holder("nobody", "Leasing") if sent else _manager(people, "to leasing")
    if status == "DFO_APPROVAL_NEEDED":
        return Holder("nobody", "DFO approver")
    if status == "HO_APPROVAL_NEEDED":
        return Holder("nobody", "HO approver")
    if vendor_works and people.vendor:
        return Holder("company", people.vendor)
    if is_walk:
        if people.superintendent:
            return Holder("person", people.superintendent, "final walk")
        return Holder("nobody", "Inspector", "final walk")
    return _manager(people)


def _manager(people: People, part: str = "") -> Holder:
    if people.manager:
        return Holder("person", people.manager, part or "manager")
    if people.senior:
        return Holder("person", people.senior, part or "senior manager")
    return Holder("nobody", "No manager yet")
