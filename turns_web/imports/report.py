"""What came of a file, row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from turns_web.imports.parsing import Refused
from turns_web.imports.sheet import Record

VERDICTS = ("new", "changed", "same", "duplicate", "refused")


@dataclass
class Report:
    """counts: read is the sum of the others. changes: {"row", "fields": {column: [was, is]}}, as people read them."""

    mapping: dict[str, str]
    unmapped: list[str]
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("read", *VERDICTS), 0))
    warnings: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    duplicates: list[dict[str, int]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def count(self, verdict: str) -> None:
        self.counts["read"] += 1
        self.counts[verdict] += 1

    def refuse(self, refused: Refused) -> None:
        self.count("refused")
        self.refusals.append(asdict(refused))

    def duplicate(self, row: int, of: int) -> None:
        self.count("duplicate")
        self.duplicates.append({"row": row, "of": of})

    def warn(self, row: int, columns: Iterable[str]) -> None:
        self.warnings.append({"row": row, "column": ", ".join(columns), "value": "0", "reason": "0 read as unknown"})

    def answer(self) -> dict[str, Any]:
        """The one object that `--json` prints."""
        names = ("counts", "mapping", "unmapped", "warnings", "refusals", "duplicates")
        return {name: getattr(self, name) for name in names}


def write_refused(path: Path, header: list[str], rows: list[Record], refusals: Iterable[Mapping[str, Any]]) -> None:
    """The refused rows as they came, with what is wrong beside them: to be mended and sent again."""
    cells = dict(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([*header, "row", "column", "value", "reason"])
        for refused in refusals:
            row = cells[refused["row"]]
            padded = [*row, *[""] * (len(header) - len(row))][: len(header)]
            said = [refused["column"], refused["value"], refused["reason"]]
            out.writerow([*map(harmless, padded), refused["row"], *map(harmless, said)])


def harmless(text: str) -> str:
    """A spreadsheet takes what begins so for a formula; what looks harmless already gets another mark, to lose one."""
    begins = text.lstrip("'")[:1]
    return f"'{text}" if begins and begins in "=+-@\t\r" else text
