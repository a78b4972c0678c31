"""How each figure is counted, in the words that the page says them in. Source: docs/data.md, "Figures"."""

from __future__ import annotations

from typing import NamedTuple


class Definition(NamedTuple):
    """name: the part of an address that leads to it."""

    name: str
    label: str
    says: str


DEFINITIONS = (
    Definition(
        "under-way",
        "Under way",
        "Open turns: active, not put away, and not in the complete stage. Those on hold are among them, and counted "
        "apart.",
    ),
    Definition(
        "late",
        "Late, at risk, stuck",
        "Late: open, and the ready date is before today. At risk: 0 to 3 days are left. Stuck: in its stage for more "
        "calendar days than the stage’s target, holds not counted. A turn may be more than one of them.",
    ),
    Definition(
        "completed",
        "Completed",
        "Turns whose completion date is in the period. What was put away as a mistake is in no figure.",
    ),
    Definition(
        "days",
        "Turn days",
        "Completion date less move-out date, of the turns completed in the period. Turns without a move-out date are "
        "left out and counted. The median is the middle one, p90 the days within which nine in ten were done.",
    ),
    Definition(
        "on-time",
        "On time",
        "Completed on the first ready date that was in force or before it, of the turns that had one. A ready date "
        "that was put off later changes nothing.",
    ),
    Definition(
        "cost",
        "Cost a turn",
        "Mean of what was committed: the approved amount and the change orders, of completed turns that were approved. "
        "Over approved: all change orders as a share of all approved amounts. Change-order rate: turns with change "
        "orders as a share of all completed.",
    ),
    Definition(
        "vacancy",
        "Lost to vacancy",
        "Days from the move-out until today, times a thirtieth of the monthly rent, rounded for each turn, of open "
        "turns. An estimate; homes whose rent nobody knows cost nothing here, and are counted.",
    ),
    Definition(
        "approval",
        "Approval time",
        "Median of the hours by the clock from when a turn was sent for approval to the final decision of a person, of "
        "turns completed in the period.",
    ),
    Definition(
        "stages",
        "Days in a stage",
        "All visits of a turn to the stage added up, holds left out, of turns completed in the period. The bottleneck "
        "is the stage whose median is furthest past its target.",
    ),
)
