"""A secret that was just made, shown on the next page and never again.

It waits in the browser's own signed session cookie, which no script reads and which nobody has but the person it is
for: kept by the server it would lie where it must not, and answered at once it would be made anew by a reload.
"""

from flask import session as browser


def show_once(name: str, secret: str) -> None:
    browser[f"once:{name}"] = secret


def to_show(name: str) -> str | None:
    return browser.pop(f"once:{name}", None)
