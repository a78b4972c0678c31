"""The life of a row, told change by change: what the triggers would have made of it, with the times of then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from turns_web.core.identity import SYSTEM_USER_ID
from turns_web.seeding.people import seed_id

ZONE = ZoneInfo("America/Los_Angeles")
STAGES = {
    number: UUID(f"6f0e1c52-0b1a-4c53-9a3e-{number:012d}") for number in (1, 2, 3, 4, 5)
}  # Draft, Scope Approval, In Progress, Final Walk, Complete
DRAFT, SCOPE, WORK, WALK, DONE = STAGES

# Days from move-out to ready, by grade: the same as the database's own default.
TARGETS = {"LIGHT": 4, "STANDARD": 7, "HEAVY": 14, "RENOVATION": 30}


class Clock:
    """Times of a story: in office hours, each after the one before, none in the future."""

    def __init__(self, now: datetime):
        self.now = now
        self.today = now.astimezone(ZONE).date()
        self._minutes = count(7)

    def at(self, day: date, after: datetime | None = None) -> datetime:
        minute = next(self._minutes) * 37 % 540
        moment = datetime(day.year, day.month, day.day, 8, tzinfo=ZONE) + timedelta(minutes=minute)
        if after is not None and moment <= after:
            moment = after + timedelta(minutes=11 + minute % 29)
        # What is told of today may not have happened yet: then it happened just now.
        return min(moment, self.now - timedelta(minutes=2 + minute % 5)) if moment >= self.now else moment


class Story:
    """versions: the row after each change, complete."""

    def __init__(self, id: UUID, at: datetime, who: UUID, **columns: Any):
        self.versions: list[dict[str, Any]] = [
            columns | {"id": id, "version": 1, "created_at": at, "updated_at": at, "created_by": who, "updated_by": who}
        ]

    @property
    def row(self) -> dict[str, Any]:
        return self.versions[-1]

    @property
    def last(self) -> datetime:
        return self.row["updated_at"]

    def change(self, at: datetime, who: UUID, **columns: Any) -> None:
        at = max(at, self.last + timedelta(seconds=20))
        version = self.row["version"] + 1
        self.versions.append(self.row | columns | {"version": version, "updated_at": at, "updated_by": who})


class Turn(Story):
    """A turn with its stage log, its decisions and what was said about it."""

    def __init__(self, name: str, at: datetime, who: UUID, home: Story, **columns: Any):
        super().__init__(
            seed_id("turn", name),
            at,
            who,
            **columns,
            property_id=home.row["id"],
            property_manager_id=home.row["property_manager_id"],
            sr_property_manager_id=home.row["sr_property_manager_id"],
            market=home.row["market"],
            stage_id=STAGES[DRAFT],
            is_open=True,
            is_active=True,
            scope_approval_status="PENDING",
        )
        self.home = home
        self.stage = DRAFT
        self.log: list[dict[str, Any]] = []
        self.decisions: list[dict[str, Any]] = []
        self.comments: list[Story] = []
        self._stretch("create", None, who, None)

    def change(self, at: datetime, who: UUID, **columns: Any) -> None:
        if "turn_amount" in columns:
            columns["amount_set_by"] = who
        if columns.get("vendor_id") and not self.row.get("vendor_id"):
            columns.setdefault("turn_assignment_date", at.astimezone(ZONE).date())
        super().change(at, who, **columns)

    def submit(self, at: datetime, who: UUID, amount: Any) -> None:
        """Into the stage that asks for approval, and so to the DFO."""
        moved = {
            "stage_id": STAGES[SCOPE],
            "turn_amount": amount,
            "scope_approval_status": "DFO_APPROVAL_NEEDED",
            "submitted_by": who,
            "submitted_at": at,
            "first_expected_completion_date": self.row["expected_completion_date"],
        }
        self.change(at, who, **moved)
        self._decided("SUBMIT", None, who)
        self._entered(SCOPE, who)

    def approve(self, at: datetime, who: UUID, level: str, *, is_final: bool) -> None:
        status = f"{level}_APPROVED" if is_final else "HO_APPROVAL_NEEDED"
        final = {
            "approved_turn_amount": self.row["turn_amount"],
            "scope_approved_date": at.astimezone(ZONE).date(),
        }
        self.change(
            at,
            who,
            scope_approval_status=status,
            **{f"{level.lower()}_approval_user_id": who, f"{level.lower()}_approval_datetime": at},
            **(final if is_final else {}),
        )
        self._decided("APPROVE", level, who)

    def reject(self, at: datetime, who: UUID, level: str, reason: str) -> None:
        self.change(
            at, who, scope_approval_status="REJECTED", reject_user_id=who, reject_datetime=at, reject_reason=reason
        )
        self._decided("REJECT", level, who, reason)

    def move(self, at: datetime, who: UUID, stage: int, note: str | None = None, **columns: Any) -> None:
        done = {"is_open": False} if stage == DONE else {}
        self.change(at, who, stage_id=STAGES[stage], **columns, **done)
        self._entered(stage, who, note)

    def hold(self, at: datetime, who: UUID, reason: str, until: date) -> None:
        self.change(at, who, hold_reason=reason, hold_until=until)
        self.log[-1]["left_at"] = self.last
        self._stretch("hold", self.stage, who, reason)

    def file(self, at: datetime) -> None:
        """Off the board, by the nightly job."""
        self.change(at, SYSTEM_USER_ID, is_active=False)

    def say(self, at: datetime, who: UUID, body: str) -> None:
        at = min(max(at, self.versions[0]["updated_at"]), self.last + timedelta(hours=3))
        number = len(self.comments) + 1
        self.comments.append(
            Story(seed_id("comment", f"{self.row['id']}-{number}"), at, who, turn_id=self.row["id"], body=body)
        )

    def _decided(self, decision: str, level: str | None, who: UUID, reason: str | None = None) -> None:
        self.decisions.append(
            {
                "id": seed_id("decision", f"{self.row['id']}-{len(self.decisions)}"),
                "turn_id": self.row["id"],
                "turn_version": self.row["version"] - 1,
                "level": level,
                "decision": decision,
                "amount": self.row["turn_amount"],
                "approver_id": who,
                "reason": reason,
                "decided_at": self.last,
            }
        )

    def _entered(self, stage: int, who: UUID, note: str | None = None) -> None:
        came_from, self.stage = self.stage, stage
        self.log[-1]["left_at"] = self.last
        self._stretch("move" if stage > came_from else "back", came_from, who, note)

    def _stretch(self, kind: str, came_from: int | None, who: UUID, note: str | None) -> None:
        self.log.append(
            {
                "id": seed_id("stretch", f"{self.row['id']}-{len(self.log)}"),
                "turn_id": self.row["id"],
                "from_stage_id": STAGES[came_from] if came_from else None,
                "stage_id": STAGES[self.stage],
                "entered_at": self.last,
                "left_at": None,
                "kind": kind,
                "note": note,
                "user_id": who,
            }
        )


def versions_of(stories: Iterator[Story] | list[Any]) -> list[dict[str, Any]]:
    return [version for story in stories for version in story.versions]
