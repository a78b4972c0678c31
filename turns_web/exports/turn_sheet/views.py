"""A turn's sheet, at once: it is short, and whoever presses the button stands before the door."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, Response, g

from turns_web.core import db
from turns_web.exports.turn_sheet.queries import taken
from turns_web.web.auth import allow
from turns_web.web.render import private

bp = Blueprint("turn_sheets", __name__)


@bp.post("/turns/<uuid:turn_id>/sheet")
@allow("exports.make")
def sheet(turn_id: UUID) -> Response:
    """The PDF. Each time it is taken is an act of its own, as is each look at a lock-box code."""
    # Pages that draw nothing do not load what draws.
    from turns_web.exports.turn_sheet.writing import write

    with db.write(g.identity) as session:
        told = taken(session, turn_id)
    file = io.BytesIO()
    write(file, told, g.identity.name, g.identity.zone)
    answer = Response(file.getvalue(), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name(told.page.turn["turn_id"])}.pdf"'
    return private(answer)


def _name(turn_id: str) -> str:
    """Numbers are letters, digits and dashes, whatever SQL may write into them."""
    return "".join(letter for letter in turn_id if letter.isascii() and (letter.isalnum() or letter in "-_")) or "turn"
