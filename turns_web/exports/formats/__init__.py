"""The formats of an export. A writer is loaded when it is needed: pages never need one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO

import psycopg

from turns_web.exports.sheet import About, Source, Tell

Write = Callable[[BinaryIO, Source, About, psycopg.Connection, Tell], None]


@dataclass(frozen=True, slots=True)
class Format:
    """suffix: of the file's name, with its dot. label: for people."""

    name: str
    suffix: str
    mimetype: str
    label: str

    @property
    def write(self) -> Write:
        """write(out, source, about, connection, tell): the whole file.

        connection: within the snapshot's transaction. Raises what `tell` raises.
        """
        return import_module(f"{__name__}.{self.name}").write


FORMATS = {
    format.name: format
    for format in (
        Format("csv", ".csv", "text/csv", "CSV"),
        Format("excel", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
        Format("pdf", ".pdf", "application/pdf", "PDF"),
    )
}
