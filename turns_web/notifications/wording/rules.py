"""What a text may hold: the placeholders of its kind, and no others."""

from __future__ import annotations

from collections.abc import Mapping

from turns_web.notifications.kinds import Kind
from turns_web.notifications.texts import PLACEHOLDER


def faults(kind: Kind, typed: Mapping[str, str]) -> dict[str, str]:
    """By field, the placeholders that this kind does not know, and those that it does."""
    found = {}
    for name, text in typed.items():
        unknown = [word for word in PLACEHOLDER.findall(text) if word not in kind.placeholders]
        if unknown:
            known = ", ".join(f"{{{word}}}" for word in kind.placeholders)
            found[name] = f"There is no {{{unknown[0]}}} here. Use one of: {known}."
    return found
