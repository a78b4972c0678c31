"""The turns of the demo portfolio: a year that is done, and what is under way today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from turns_web.seeding import words
from turns_web.seeding.people import VENDOR, seed_id
from turns_web.seeding.portfolio import Cast
from turns_web.seeding.story import DONE, DRAFT, SCOPE, TARGETS, WALK, WORK, Story, Turn

# Dollars from and to, by grade; up to the HO limit but for renovations.
_COSTS = {"LIGHT": (420, 950), "STANDARD": (1150, 2600), "HEAVY": (2600, 6900), "RENOVATION": (7700, 14200)}
_HO_LIMIT = 7500

# Turns completed in each of the last twelve months, the oldest first: people move in summer.
_BY_MONTH = (11, 10, 12, 15, 18, 22, 27, 31, 29, 24, 19, 16)

# When a turn under way was submitted, approved and started, as parts of the time until it entered its stage.
_WAYS = {WORK: (0.35, 0.7), WALK: (0.15, 0.3, 0.5)}

_REJECTED = "Full repaint is not due: it was painted in spring. Price touch-up only and send it again."
_SQUATTERS = "Squatters in the house. The sheriff's lockout is set, nobody enters before."


@dataclass(frozen=True)
class Plan:
    """One turn under way. vacant: days since move-out (negative: still to come). here: days in its stage.

    ready: days from today to the date that a person promised; None leaves what grade and move-out give.
    special: what sets it apart.
    """

    stage: int
    vacant: int
    grade: str
    here: int
    ready: int | None = None
    special: str = ""


# Six of them late: their ready day is before today. Columns as uneven as they are in November.
UNDER_WAY = (
    *(Plan(DRAFT, -out, "STANDARD", here) for out, here in ((9, 2), (6, 5), (4, 1), (1, 3))),
    Plan(DRAFT, 0, "LIGHT", 1), Plan(DRAFT, 1, "STANDARD", 1), Plan(DRAFT, 1, "HEAVY", 1),
    Plan(DRAFT, 2, "STANDARD", 2, special="leased"), Plan(DRAFT, 9, "STANDARD", 6, special="late"),
    Plan(SCOPE, 2, "STANDARD", 0), Plan(SCOPE, 3, "STANDARD", 1), Plan(SCOPE, 3, "LIGHT", 1),
    Plan(SCOPE, 4, "HEAVY", 1), Plan(SCOPE, 5, "STANDARD", 2), Plan(SCOPE, 5, "HEAVY", 2),
    Plan(SCOPE, 6, "STANDARD", 3, special="leased"), Plan(SCOPE, 10, "STANDARD", 4, special="late"),
    Plan(SCOPE, 5, "RENOVATION", 2, special="ho"), Plan(SCOPE, 7, "RENOVATION", 3, special="ho"),
    Plan(SCOPE, 9, "RENOVATION", 4, special="ho"), Plan(SCOPE, 3, "RENOVATION", 1),
    Plan(SCOPE, 6, "STANDARD", 3, special="rejected"),
    Plan(WORK, 4, "STANDARD", 1), Plan(WORK, 5, "STANDARD", 1), Plan(WORK, 5, "HEAVY", 1), Plan(WORK, 6, "STANDARD", 2),
    Plan(WORK, 6, "HEAVY", 2), Plan(WORK, 7, "STANDARD", 3), Plan(WORK, 7, "HEAVY", 2, special="leased"),
    Plan(WORK, 8, "HEAVY", 3), Plan(WORK, 8, "HEAVY", 4), Plan(WORK, 9, "HEAVY", 4), Plan(WORK, 9, "HEAVY", 5),
    Plan(WORK, 10, "HEAVY", 5), Plan(WORK, 10, "HEAVY", 6, special="lapsed"), Plan(WORK, 11, "HEAVY", 6),
    Plan(WORK, 12, "HEAVY", 7), Plan(WORK, 13, "HEAVY", 9), Plan(WORK, 14, "HEAVY", 8, ready=4),
    Plan(WORK, 17, "RENOVATION", 9), Plan(WORK, 16, "HEAVY", 10, special="late"),
    Plan(WORK, 12, "STANDARD", 6, special="late"), Plan(WORK, 22, "RENOVATION", 16, special="squatters"),
    Plan(WALK, 6, "STANDARD", 0), Plan(WALK, 9, "HEAVY", 0), Plan(WALK, 11, "HEAVY", 1), Plan(WALK, 13, "HEAVY", 1),
    Plan(WALK, 18, "HEAVY", 3, special="late"), Plan(WALK, 8, "STANDARD", 2, special="late"),
)  # fmt: skip


class Lives:
    """Turns with everything that hangs on them, numbered as they began."""

    def __init__(self, cast: Cast, companies: dict[str, Story]):
        self.cast = cast
        self.dice = cast.dice
        self.clock = cast.clock
        self.today = cast.clock.today
        self.companies = {VENDOR: seed_id("vendor", VENDOR)} | {
            name: story.row["id"]
            for name, story in companies.items()
            if story.row["is_approved"] and (story.row["insurance_expiry"] or self.today) > self.today
        }

    def past(self, homes: list[Story]) -> list[Turn]:
        """A year of completed turns, one a home, the newest of them still on the board."""
        made = []
        homes_left = iter(homes)
        for months_ago, number in zip(range(12, 0, -1), _BY_MONTH, strict=True):
            for n in range(number):
                completed = self.today - timedelta(days=months_ago * 30 - 29 + n * 29 // number)
                made.append(self._completed(f"past-{months_ago}-{n}", next(homes_left), completed))
        return made

    def under_way(self, homes: list[Story]) -> list[Turn]:
        return [
            self._open(f"open-{n}", home, plan) for n, (plan, home) in enumerate(zip(UNDER_WAY, homes, strict=False))
        ]

    def _completed(self, name: str, home: Story, completed: date) -> Turn:
        grade = self.dice.choices(list(TARGETS), (26, 44, 23, 7))[0]
        over = self.dice.choices((0, self.dice.randrange(1, 5), self.dice.randrange(5, 19)), (66, 24, 10))[0]
        days = max(3, TARGETS[grade] - self.dice.randrange(0, 3) + over)
        out = completed - timedelta(days=days)
        turn = self._begin(name, home, out, grade, began=out - timedelta(days=self.dice.randrange(1, 12)))
        days_of = _spread(out, completed, (0.14, 0.3, 0.42, 0.88))
        self._submit(turn, days_of[0], grade)
        self._approve(turn, days_of[1])
        self._start_work(turn, days_of[2])
        self._walk(turn, days_of[3])
        self._finish(turn, completed, home)
        if completed < self.today - timedelta(days=14):
            turn.file(self.clock.at(completed + timedelta(days=15), turn.last))
        return turn

    def _open(self, name: str, home: Story, plan: Plan) -> Turn:
        out = self.today - timedelta(days=plan.vacant)
        entered = self.today - timedelta(days=plan.here)
        began = entered if plan.stage == DRAFT else min(out - timedelta(days=3), entered - timedelta(days=1))
        turn = self._begin(name, home, out, plan.grade, began)
        way = _spread(max(began, out), entered, _WAYS.get(plan.stage, ()))
        if plan.stage == SCOPE:
            self._submit(turn, entered, plan.grade)
            self._wait(turn, plan)
        elif plan.stage > SCOPE:
            self._submit(turn, way[0], plan.grade)
            self._approve(turn, way[1])
            self._start_work(turn, entered if plan.stage == WORK else way[2])
        if plan.stage == WALK:
            self._walk(turn, entered)
        self._set_apart(turn, home, plan)
        self._talk(turn)
        return turn

    def _begin(self, name: str, home: Story, out: date, grade: str, began: date) -> Turn:
        manager = home.row["property_manager_id"]
        has_inspector = home.row["market"] in ("Sacramento", "Elk Grove")
        at = self.clock.at(began)
        if home.last < at:
            home.change(at, manager, move_out_date=out)
        turn = Turn(
            name, at + timedelta(minutes=4), manager, home,
            move_out_date=out, notice_date=out - timedelta(days=30), grade=grade,
            expected_completion_date=out + timedelta(days=TARGETS[grade]), expected_completion_is_computed=True,
            turns_superintendent_id=self.cast.person("inspector") if has_inspector else None,
            trash_out_needed=self.dice.random() < 0.15, appliances_needed=self.dice.random() < 0.12,
            appliances_ordered=False, order_inside_maps=False, generate_wo_email=False,
            power_status="PENDING", water_status="PENDING", gas_status="PENDING", is_archived=False,
        )  # fmt: skip
        checked = out + timedelta(days=1)
        if began <= checked <= self.today:
            at = self.clock.at(checked, turn.last)
            who = turn.row["turns_superintendent_id"] or manager
            turn.change(at, who, occupancy_check_date=checked, **self._found(turn))
        return turn

    def _found(self, turn: Turn) -> dict[str, Any]:
        """What the first visit tells: what is on, and the lock box."""
        code = None if self.dice.random() < 0.12 else f"{self.dice.randrange(10000):04d}"
        box = {
            "lock_box_location": self.dice.choice(("Front door", "Side gate", "Gas meter", "Back porch rail")),
            "lock_box_install_date": turn.row["move_out_date"] + timedelta(days=1),
            "primary_lock_box_code": code,
        }
        return {
            "power_status": self.dice.choices(("YES", "PENDING", "NO"), (7, 2, 1))[0],
            "water_status": self.dice.choices(("YES", "PENDING"), (8, 1))[0],
            "gas_status": self.dice.choices(("YES", "PENDING", "NO"), (6, 2, 2))[0],
            **(box if code else {}),
        }

    def _submit(self, turn: Turn, day: date, grade: str) -> None:
        low, high = _COSTS[grade]
        amount = Decimal(self.dice.randrange(low, high)) + self.dice.choice((Decimal(0), Decimal("0.50")))
        turn.submit(self.clock.at(day, turn.last), turn.row["property_manager_id"], amount)

    def _approve(self, turn: Turn, day: date) -> None:
        above = turn.row["turn_amount"] > _HO_LIMIT
        turn.approve(self.clock.at(day, turn.last), self.cast.person("dfo"), "DFO", is_final=not above)
        if above:
            turn.approve(self.clock.at(day, turn.last), self.cast.person("ho"), "HO", is_final=True)

    def _wait(self, turn: Turn, plan: Plan) -> None:
        if plan.special == "ho":
            at = self.clock.at(self.today - timedelta(days=plan.here - 1), turn.last)
            turn.approve(at, self.cast.person("dfo"), "DFO", is_final=False)
        elif plan.special == "rejected":
            at = self.clock.at(self.today - timedelta(days=1), turn.last)
            turn.reject(at, self.cast.person("dfo"), "DFO", _REJECTED)

    def _start_work(self, turn: Turn, day: date) -> None:
        near = [VENDOR, VENDOR, "Sierra Make-Ready", "Valley Clean Co."]
        others = [name for name in self.companies if name not in near]
        vendor = self.dice.choice([*near, self.dice.choice(others)])
        floors = turn.row["grade"] in ("HEAVY", "RENOVATION") and self.dice.random() < 0.6
        turn.move(
            self.clock.at(day, turn.last), turn.row["property_manager_id"], WORK,
            vendor_id=self.companies[vendor],
            flooring_vendor_id=self.companies["Capital Floors & Tile"] if floors else None,
            wo_number=f"WO-{self.dice.randrange(40000, 99999)}",
            power_status="YES", water_status="YES",
            appliances_ordered=turn.row["appliances_needed"] and self.dice.random() < 0.8,
        )  # fmt: skip

    def _walk(self, turn: Turn, day: date) -> None:
        turn.move(self.clock.at(day, turn.last), turn.row["property_manager_id"], WALK, final_walk_date=day)

    def _finish(self, turn: Turn, day: date, home: Story) -> None:
        who = turn.row["turns_superintendent_id"] or turn.row["property_manager_id"]
        at = self.clock.at(day, turn.last)
        turn.move(at, turn.row["property_manager_id"], DONE, turn_completion_date=day)
        if day < self.today:
            turn.change(self.clock.at(day, at), who, scan_360_date=day, sent_to_leasing_date=day)
        moves_in = day + timedelta(days=self.dice.randrange(4, 32))
        if moves_in <= self.today:
            home.change(self.clock.at(day, turn.last), turn.row["property_manager_id"], move_in_date=moves_in)

    def _set_apart(self, turn: Turn, home: Story, plan: Plan) -> None:
        manager = turn.row["property_manager_id"]
        if plan.ready is not None:
            promised = self.today + timedelta(days=plan.ready)
            turn.change(
                self._lately(turn), manager, expected_completion_date=promised, expected_completion_is_computed=False
            )
        if plan.special == "leased":
            days = {DRAFT: 6, SCOPE: 3, WORK: 2}[plan.stage]
            home.change(self._lately(home), manager, move_in_date=self.today + timedelta(days=days))
        elif plan.special == "lapsed":
            turn.change(self._lately(turn), manager, flooring_vendor_id=seed_id("vendor", "Delta Flooring"))
        elif plan.special == "squatters":
            at = self.clock.at(self.today - timedelta(days=11), turn.last)
            home.change(at, manager, has_squatters=True)
            turn.hold(at, manager, _SQUATTERS, self.today + timedelta(days=10))

    def _talk(self, turn: Turn) -> None:
        for body in self.dice.sample(words.COMMENTS, self.dice.choice((0, 0, 1, 1, 2, 3))):
            who = self.dice.choice([turn.row["property_manager_id"], self.cast.person("senior")])
            turn.say(self.clock.at(turn.last.date(), turn.versions[-1]["updated_at"]), who, body)

    def _lately(self, story: Story) -> datetime:
        return self.clock.at(self.today - timedelta(days=1), story.last)


def _spread(first: date, last: date, shares: tuple[float, ...]) -> list[date]:
    """Days at these parts of the way from `first` to `last`."""
    days = max(0, (last - first).days)
    return [first + timedelta(days=int(days * share)) for share in shares]
