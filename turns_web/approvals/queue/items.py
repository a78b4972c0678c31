"""One item of the queue, with what its decision is made by, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from turns_web.approvals.changes import Change as Changed
from turns_web.approvals.rules import WAITING, Change
from turns_web.core import clock, money

# As long as that and whoever decides is reminded.
_LONG = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Usual:
    """What past turns of such homes came to; low and high: half of them are between."""

    turns: int
    low: Decimal
    median: Decimal
    high: Decimal
    home: str

    def beside(self, amount: Decimal) -> str:
        """`Typical for 3 bd in Sacramento: $1,840 · this +70 %`."""
        said = f"Typical for {self.home}: {money.whole(self.median)}"
        if not self.median:
            return said
        share = round(100 * (amount - self.median) / self.median)
        sign = "+" if share > 0 else "−"
        return f"{said} · this {sign}{abs(share)} %" if share else f"{said} · this is typical"


@dataclass(frozen=True, slots=True)
class Item:
    """turn_id: the turn's; code: as people read it. total: what the decision is about. since: when it came to the level
    it waits at; held: how long the clock stood still since; asked_at: since when it does. key: where it stands.
    decides_for: whom this person would decide for, where not by their own role. changed: since it was rejected.
    """

    turn_id: UUID
    version: int
    code: str
    address: str
    status: str
    total: Decimal | None
    may_decide: bool
    decides_for: str | None
    why: str
    stage_id: UUID
    stage_name: str
    place: str
    home: str
    grade: str | None
    vendor: str | None
    move_in_date: date | None
    move_out_date: date | None
    expected_completion_date: date | None
    monthly_rent: Decimal | None
    is_leased: bool
    is_second: bool
    is_open: bool
    hold_reason: str | None
    asked_by: str | None
    submitted_at: datetime | None
    since: datetime | None
    held: timedelta | None
    asked_at: datetime | None
    note: str | None
    question: str | None
    answer: str | None
    reject_reason: str | None
    rejected_before: str | None
    limits: tuple[Decimal, Decimal]
    usual: Usual | None
    change: Change | None
    changed: Sequence[Changed]
    may_override: bool
    today: date
    key: list[Any]

    @property
    def amount(self) -> str:
        return money.exact(self.total) if self.total is not None else "no amount"

    @property
    def approve_label(self) -> str:
        return f"Approve {self.amount}"

    @property
    def level(self) -> str | None:
        """`DFO` or `HO` while it waits, else None."""
        return WAITING.get(self.status)

    @property
    def clock_began(self) -> datetime | None:
        """Since when it would wait, had nobody been asked anything."""
        return self.since and self.since + (self.held or timedelta())

    @property
    def waits_long(self) -> bool:
        return self.clock_began is not None and clock.now() - self.clock_began >= _LONG

    @property
    def limit_words(self) -> str:
        """Which limits the amount has passed: why somebody is asked at all."""
        dfo, ho = self.limits
        total = self.total or Decimal(0)
        if total > ho:
            return f"Above the DFO limit {money.exact(dfo)} and the HO limit {money.exact(ho)}"
        if total > dfo:
            return f"Above the DFO limit {money.exact(dfo)}, within the HO limit {money.exact(ho)}"
        return f"Within the DFO limit {money.exact(dfo)}"

    @property
    def usual_words(self) -> str:
        return self.usual.beside(self.total or Decimal(0)) if self.usual else ""

    def at(self, amount: Decimal) -> int:
        """Where an amount stands on a line of 1,000 that holds what is usual and this."""
        longest = max(self.usual.high if self.usual else Decimal(0), self.total or Decimal(0)) * Decimal("1.1")
        return round(1000 * max(amount, Decimal(0)) / longest) if longest else 0

    @property
    def days_late(self) -> int:
        ready = self.expected_completion_date
        return max(0, (self.today - ready).days) if ready and self.is_open else 0

    @property
    def days_to_move_in(self) -> int | None:
        """None where nobody is to move in."""
        return (self.move_in_date - self.today).days if self.move_in_date and self.is_leased else None

    @property
    def days_vacant(self) -> int:
        return max(0, (self.today - self.move_out_date).days) if self.move_out_date and self.is_open else 0

    @property
    def rent_a_day(self) -> Decimal | None:
        """What a day more of it costs, while the home is empty."""
        return self.monthly_rent / 30 if self.monthly_rent and self.move_out_date else None
