"""What a changed limit would mean for a turn that waits, in words."""

from __future__ import annotations

# The settings that are held against the amount of a turn that waits.
LIMITS = frozenset({"dfo_limit", "ho_limit", "bulk_approval_limit"})


def meaning(name: str, level: str, *, is_within: bool) -> str:
    """level: whose decision it waits for, DFO or HO. is_within: the amount is within the new limit, and was above the
    old one; else the other way round."""
    if name == "bulk_approval_limit":
        return "can be approved together with others" if is_within else "is approved alone"
    if name == "dfo_limit":
        return "would need nobody, were it sent now; it waits on" if is_within else "waits on, for the DFO"
    if level == "HO":
        return "waits for head office, and stays there"
    return "the DFO’s word will be final" if is_within else "will need head office after the DFO"
