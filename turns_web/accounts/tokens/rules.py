"""What a token may be, in words."""

from datetime import date

MOST = 20


def faults(living: int, expires_on: date | None, today: date) -> dict[str, str]:
    """living: how many tokens of the person's work now."""
    found = {}
    if living >= MOST:
        found["__all__"] = f"{MOST} of your tokens work already: revoke one that you use no more."
    if expires_on is not None and expires_on < today:
        found["expires_on"] = "Enter today or a later day."
    return found
