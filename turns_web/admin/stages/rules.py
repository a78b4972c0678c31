"""What an order of stages must be, and what retiring one does to a turn; on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from turns_web.turns.stages import Stage, Way


def order_fault(stages: Sequence[Stage]) -> str | None:
    """stages: the active ones as they would stand. A turn that is complete goes on to none that is under way."""
    ends = next((stage for stage in stages if stage.is_complete_stage), None)
    after = stages[stages.index(ends) :] if ends else []
    late = next((stage for stage in after if not stage.is_complete_stage), None)
    return f"{ends.name} completes a turn: {late.name} cannot come after it." if ends and late else None


def with_retired(way: Way, active: Sequence[UUID]) -> list[UUID]:
    """All stages in the new order of the active ones: a retired one stays behind the one that it came after."""
    order = list(active)
    before: UUID | None = None
    for stage in way:
        if not stage.is_active:
            order.insert(order.index(before) + 1 if before else 0, stage.id)
        before = stage.id
    return order


def may_take_over(stage: Stage, to: Stage) -> bool:
    """Turns that are complete stay complete: they would be open again, perhaps beside the home's next."""
    return to.is_active and to.id != stage.id and (to.is_complete_stage or not stage.is_complete_stage)


def approval_effect(way: Way, here: Stage, to: Stage, status: str, *, has_base: bool) -> str | None:
    """What a move that its demands allow does to the approval: `withdraws` or `sends`, else None.

    has_base: it was approved once, so that what waits is a change order, which no move withdraws.
    """
    if to.requires_approval and status in ("PENDING", "REJECTED"):
        return "sends"
    leaves = (one for one in way if one.requires_approval and to.display_order < one.display_order)
    if status.endswith("_NEEDED") and not has_base and any(one.display_order <= here.display_order for one in leaves):
        return "withdraws"
    return None
