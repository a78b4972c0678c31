"""axe-core on a page of the browser.

    axe(page)                               the page as it stands
    axe_in_every_look(page, "/board")       desk and phone, light and dark

Only what is serious or critical fails; nothing is on a list of exceptions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SOURCE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = {"serious", "critical"}

# Desk and phone, by day and night.
LOOKS = [
    {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    for width, height in ((1440, 900), (390, 844))
    for scheme in ("light", "dark")
]


def axe(page: Any) -> None:
    """Fail with every serious fault that axe finds, and where it is."""
    # evaluate() runs beside the page's own policy, which would refuse an inline script.
    page.evaluate(SOURCE)
    found = page.evaluate("(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", RULES)
    faults = [
        f"{fault['id']} ({fault['impact']}): {fault['help']}\n    "
        + "\n    ".join(node["html"][:200] for node in fault["nodes"][:5])
        for fault in found["violations"]
        if fault["impact"] in SERIOUS
    ]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def axe_in_every_look(page: Any, path: str) -> None:
    """The page of `path` on a desk and a phone, light and dark; the browser stays signed in."""
    for look in LOOKS:
        page.set_viewport_size(look["viewport"])
        page.emulate_media(color_scheme=look["color_scheme"])
        page.goto(path)
        axe(page)
