"""Exports as /exports shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from turns_web.exports import rules
from turns_web.exports.asked import columns_in, narrows
from turns_web.exports.fields import WHAT
from turns_web.exports.formats import FORMATS
from turns_web.exports.queries import Export

# {status: (the state of its mark, in words)}
STATUSES = {
    "queued": ("none", "Queued"),
    "running": ("none", "Running"),
    "done": ("done", "Done"),
    "failed": ("late", "Failed"),
    "cancelled": ("hold", "Cancelled"),
    "expired": ("hold", "Expired"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """title: what it holds. about: format and columns. only: the filters in words. share: of a hundred, while it runs.
    left: for how long it goes on, in words."""

    export: Export
    title: str
    about: str
    only: str
    share: int | None
    left: str

    @property
    def mark(self) -> str:
        return STATUSES[self.export.status][0]

    @property
    def status(self) -> str:
        return STATUSES[self.export.status][1]


def shown(export: Export, now: datetime) -> Shown:
    what = WHAT[export.type]
    return Shown(
        export=export,
        title=f"{what}, as filtered" if narrows(export.query) else f"All {what.lower()}",
        about=f"{FORMATS[export.format].label}, {columns_in(export.type, export.query)} columns",
        only=", ".join(f"{label} {value}" for label, value in export.filters),
        share=rules.share(export.done, export.total),
        left=rules.left_words(rules.left_s(export.done, export.total, export.started_at, now)),
    )


def page_title(exports: Iterable[Export]) -> str:
    """With how far the running ones are, so that a tab in the background tells it."""
    running = [one for one in exports if one.status == "running"]
    total = sum(one.total or 0 for one in running)
    share = rules.share(sum(one.done for one in running), total)
    return "Exports" if share is None else f"({share} %) Exports"


def waiting_words(exports: Iterable[Export]) -> str:
    """What is under way."""
    counts = {status: sum(one.status == status for one in exports) for status in ("running", "queued")}
    said = [f"{number} {status}" for status, number in counts.items() if number]
    return f"{' and '.join(said)}. You may leave this page; we will tell you." if said else ""
