"""Mail in words: templates/mail/<name>.txt and .html, from one context."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from turns_web.config import CHECKOUT


def letter(name: str, **context: Any) -> dict[str, str]:
    """{"text": …, "html": …}, as queue_mail takes them. context: `subject`, `address` (where Turns is reached), and
    what the template names; `link` is the one that matters."""
    return {
        "text": _templates().get_template(f"mail/{name}.txt").render(context).strip() + "\n",
        "html": _templates().get_template(f"mail/{name}.html").render(context),
    }


@cache
def _templates() -> Environment:
    """No application's own: mail is written by workers, where no request says what the address is."""
    return Environment(
        loader=FileSystemLoader(CHECKOUT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
