"""A list as a PDF, beside reportlab drawing the same strings at places that are known beforehand."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from reportlab.lib.pagesizes import landscape, letter
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bench.figures import Figure, medians
from bench.ground import Ground
from turns_web.core import clock
from turns_web.core.identity import Identity, Role
from turns_web.exports import sources
from turns_web.exports.formats import FORMATS
from turns_web.exports.formats.pdf.cells import words_of
from turns_web.exports.paper.fonts import REGULAR, alone, font
from turns_web.exports.sheet import About, Source

FEW, MANY = 2_000, 20_000
ZONE = "America/Los_Angeles"
COLUMNS = (
    "turn_id,property_id,street_address,city,state,zip_code,stage_id,grade,vendor_id,move_out_date,"
    "expected_completion_date,turn_completion_date,turn_amount,committed_amount"
)


def run(ground: Ground) -> Iterator[Figure]:
    """As an administrator: the export with its reading, the floor with its strings at hand."""
    reader = _Reader(ground, "is_active=true")
    rows = reader.words(FEW)
    took = medians(5, few=lambda: reader.export(FEW), bare=lambda: _bare(rows))
    columns = len(COLUMNS.split(","))
    name = f"{FEW:,} turns under way × {columns}"
    yield Figure(name, took["few"], 1.5, floor=took["bare"], floor_name="bare canvas")
    past = _Reader(ground, "is_active=false")
    took = medians(2, few=lambda: past.export(FEW), many=lambda: past.export(MANY))
    yield Figure(f"{MANY:,} past turns", took["many"], 12, floor=took["few"], floor_name=f"{FEW:,} of them")


class _Reader:
    """One open transaction in the administrator's name."""

    def __init__(self, ground: Ground, query: str) -> None:
        address = ground.addresses.app.replace("postgresql://", "postgresql+psycopg://")
        self._session = Session(create_engine(address))
        self._connection = self._session.connection().connection.dbapi_connection
        who = Identity(ground.administrator, Role.ADMIN)
        self._connection.execute("SELECT set_config('app.current_user_id', %s, false)", [str(who.user_id)])
        asked = f"{query}&columns={COLUMNS}"
        self._source = sources.source(self._session, who, "turns", asked, clock.today(ZONE))

    def export(self, rows: int) -> None:
        about = About(datetime.now(UTC), "replica", "Bench", rows, ZONE)
        FORMATS["pdf"].write(io.BytesIO(), self._first(rows), about, self._connection, lambda done: None)

    def words(self, rows: int) -> list[list[str]]:
        source = self._first(rows)
        say = [words_of(column.kind) for column in source.columns]
        found = self._connection.execute(source.statement, dict(source.given))
        return [["" if value is None else one(value) for one, value in zip(say, row, strict=True)] for row in found]

    def _first(self, rows: int) -> Source:
        return dataclasses.replace(self._source, statement=f"{self._source.statement} LIMIT {rows}")


def _bare(rows: Sequence[Sequence[str]]) -> None:
    """As many rows a page as the export has of one line."""
    size, step, (width, height) = 6.5, 11.4, landscape(letter)
    font(REGULAR)
    with alone:
        canvas = Canvas(io.BytesIO(), pagesize=(width, height))
        y = 0.0
        for row in rows:
            if y < 80:
                if y:
                    canvas.showPage()
                canvas.setFont(REGULAR, size)
                y = height - 60
            for at, text in enumerate(row):
                canvas.drawString(36 + at * 51, y, text)
            y -= step
        canvas.save()
