"""One item of the queue, with what its decision is made by, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from turns_web.approvals.card import Card
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

    def at(self, amount: Decimal, of: Decimal) -> int:
        """Where an amount stands on a line of 1,000 that holds `of` too."""
        longest = max(self.high, of) * Decimal("1.1")
        return round(1000 * max(amount, Decimal(0)) / longest) if longest else 0


@dataclass(frozen=True, slots=True)
class Item:
    """since: when it came to the level it waits at; asked_by: who sent it; key: where it stands in its list."""

    card: Card
    turn_id: str
    stage_id: Any
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
    note: str | None
    limits: tuple[Decimal, Decimal]
    usual: Usual | None
    today: date
    key: list[Any]

    @property
    def amount(self) -> Decimal:
        return self.card.asked.amount or Decimal(0)

    @property
    def limit_words(self) -> str:
        """Which limits the amount has passed: why somebody is asked at all."""
        dfo, ho = self.limits
        if self.amount > ho:
            return f"Above the DFO limit {money.exact(dfo)} and the HO limit {money.exact(ho)}"
        if self.amount > dfo:
            return f"Above the DFO limit {money.exact(dfo)}, within the HO limit {money.exact(ho)}"
        return f"Within the DFO limit {money.exact(dfo)}"

    @property
    def usual_words(self) -> str:
        return self.usual.beside(self.amount) if self.usual else ""

    @property
    def waits_long(self) -> bool:
        return self.since is not None and clock.now() - self.since >= _LONG

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
