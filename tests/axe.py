"""axe-core on a page of the browser.

    axe(page)                               the page as it stands
    axe_in_every_look(page)                 desk and phone, light and dark

Only what is serious or critical fails; nothing is on a list of exceptions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SOURCE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = {"serious", "critical"}


def axe(page: Any, **options: Any) -> None:
    """Fail with every serious fault that axe finds, and where it is. options: axe's own, instead of all its rules."""
    if not page.evaluate("typeof axe === 'object'"):
        # evaluate() runs beside the page's own policy, which would refuse an inline script.
        page.evaluate(SOURCE)
    found = page.evaluate(
        "(options) => axe.run(document, { resultTypes: ['violations'], ...options })",
        options or {"runOnly": {"type": "tag", "values": RULES}},
    )
    faults = [
        f"{fault['id']} ({fault['impact']}): {fault['help']}\n    "
        + "\n    ".join(node["html"][:200] for node in fault["nodes"][:5])
        for fault in found["violations"]
        if fault["impact"] in SERIOUS
    ]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def axe_in_every_look(page: Any) -> None:
    """The page as it stands, on a desk and on a phone, by day and by night (where only colours differ)."""
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        # No transitions: a colour half way to another has no contrast to speak of.
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        axe(page)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        axe(page, runOnly={"type": "rule", "values": ["color-contrast"]})
