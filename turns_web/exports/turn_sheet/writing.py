"""The sheet as a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO
from zoneinfo import ZoneInfo

from turns_web.core import money
from turns_web.core.fields import Day, Field, say
from turns_web.exports.paper.flow import Block, Flow
from turns_web.exports.paper.fonts import alone
from turns_web.exports.paper.sheets import QUIET, Sheets
from turns_web.exports.turn_sheet.queries import Told
from turns_web.schema.words import APPROVAL
from turns_web.turns.fields import SECRET, SECTIONS
from turns_web.turns.history import Entry
from turns_web.turns.queries import Step

_WHEN = 92.0
# As the fields of the turn say theirs.
_DAY = Day(label="Day")


def write(out: BinaryIO, told: Told, by: str, zone: str) -> None:
    """by: whose sheet it is. zone: that moments are written in."""
    turn = told.page.turn
    with alone:
        when = f"As of {told.as_of.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}, by {by}"
        sheets = Sheets(out, f"{turn['turn_id']}, {told.page.home.address}", by, f"{turn['turn_id']}. {when}")
        _Sheet(Flow(sheets), told, ZoneInfo(zone)).draw()
        sheets.close()


class _Sheet:
    def __init__(self, flow: Flow, told: Told, zone: ZoneInfo) -> None:
        self._flow, self._told, self._page, self._zone = flow, told, told.page, zone

    def draw(self) -> None:
        self._head()
        self._stages()
        self._money()
        for section in SECTIONS:
            self._facts(section.title, list(self._said(section.fields)))
        self._change_orders()
        self._decisions()
        talk = [entry for entry in self._told.entries if entry.kind == "comment"]
        self._events("Comments", talk)
        self._events("History", [entry for entry in self._told.entries if entry.kind != "comment"])
        if self._told.has_earlier:
            self._flow.paragraph("There is more: the turn’s page has what came before.", QUIET)

    def _head(self) -> None:
        page, turn, home = self._page, self._page.turn, self._page.home
        self._flow.title(home.address)
        place = (home.place, home.community, f"Home {home.property_id}")
        self._flow.paragraph(" · ".join(part for part in place if part))
        standing = [turn["turn_id"], page.step.name, page.standing.words, *(words for _, _, words in page.flags)]
        self._flow.paragraph(" · ".join(standing))
        if turn["is_archived"]:
            self._flow.paragraph("Put away: it is out of all lists and averages.")
        people = (("Manager", "property_manager_id"), ("Senior manager", "sr_property_manager_id"))
        self._facts(
            "Now",
            [
                ("Who has it", page.holder.words),
                ("Since", self._moment(page.since)),
                ("Days vacant", "" if page.vacant is None else str(page.vacant)),
                *((part, page.name(column) or "") for part, column in people),
                ("Vendor’s phone", page.phones.vendor or ""),
                ("Flooring’s phone", page.phones.flooring or ""),
                ("Bedrooms", _number(home.bedrooms)),
                ("Bathrooms", _number(home.bathrooms)),
                ("Area", f"{home.area_sqft:,} sq ft" if home.area_sqft else ""),
                ("Next move-in", _day(home.move_in_date)),
                ("On hold", turn["hold_reason"] or ""),
                ("Hold until", _day(turn["hold_until"])),
            ],
        )
        for sentence in page.warnings:
            self._flow.paragraph(sentence)

    def _stages(self) -> None:
        self._facts("Days in each stage", [(step.name, _days(step)) for step in self._page.steps])

    def _money(self) -> None:
        turn = self._page.turn
        self._facts(
            "Money and approval",
            [
                ("Estimate", _money(turn["turn_amount"])),
                ("Approved", _money(turn["approved_turn_amount"])),
                ("Change orders", _money(turn["change_order_amount"])),
                ("Committed", _money(self._page.committed)),
                ("Approval", APPROVAL[turn["scope_approval_status"]]),
                ("Scope approved", _day(turn["scope_approved_date"])),
                ("Rejected because", turn["reject_reason"] or ""),
            ],
        )

    def _said(self, fields: dict[str, Field]) -> Iterator[tuple[str, str]]:
        """What is set; the secret never, the estimate among the money."""
        for name, kind in fields.items():
            value = None if name in (SECRET, "turn_amount") else self._page.turn[name]
            if value not in (None, False):
                yield kind.label, say(kind, value, self._page.names)

    def _facts(self, title: str, facts: list[tuple[str, str]]) -> None:
        said = [(name, value) for name, value in facts if value]
        if said:
            self._flow.heading(title)
            self._flow.facts(said)

    def _change_orders(self) -> None:
        if self._told.orders:
            self._flow.heading("Change orders")
        for order in self._told.orders:
            what = f"{order.number}. {order.reason} ({order.words})"
            self._line(order.created_at, order.recorded_by, what, money.exact(order.amount))

    def _decisions(self) -> None:
        if self._told.decisions:
            self._flow.heading("Decisions")
        for one in self._told.decisions:
            who = f"{one.who} for {one.decided_for}" if one.decided_for else one.who
            what = f"{one.words}: {one.reason}" if one.reason else one.words
            self._line(one.decided_at, who, what, _money(one.amount))

    def _events(self, title: str, entries: list[Entry]) -> None:
        if entries:
            self._flow.heading(title)
        for entry in entries:
            changes = "; ".join(change.line for change in entry.changes)
            said = [part for part in ("" if entry.kind == "comment" else entry.sentence, changes, entry.note) if part]
            self._line(entry.at, entry.who, "\n".join(said))

    def _line(self, at: datetime, who: str, what: str, amount: str = "") -> None:
        left, right = _WHEN + 110, 80.0 if amount else 0.0
        blocks = [
            Block(self._moment(at), 0, _WHEN - 6, QUIET),
            Block(who, _WHEN, 104, is_bold=True),
            Block(what, left, self._flow.width - left - right - (6 if right else 0)),
        ]
        if amount:
            blocks.append(Block(amount, self._flow.width - right, right, from_right=True))
        self._flow.row(blocks)

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"


def _days(step: Step) -> str:
    if step.days is None:
        return "–"
    target = f", target {step.target_days}" if step.target_days is not None else ""
    held = f", {step.held} on hold" if step.held else ""
    return f"{step.days}{target}{held}{', now' if step.is_current else ''}"


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else money.exact(amount)


def _day(day: date | None) -> str:
    return "" if day is None else _DAY.words(day)


def _number(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
