"""One operation of a request, with what the registry says of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from turns_web.api.errors import Failed
from turns_web.api.writes.envelope import Asked
from turns_web.api.writes.operations import Operation, Resource
from turns_web.core import db
from turns_web.core.errors import Refusal, Unavailable


@dataclass(frozen=True, slots=True)
class Step:
    """index: its place in a batch, None where it is alone."""

    asked: Asked
    resource: Resource
    operation: Operation
    index: int | None = None

    @contextmanager
    def telling(self) -> Iterator[None]:
        """What is refused inside is told of this step."""
        try:
            with db.refusals():
                yield
        except Unavailable:
            raise
        except Refusal as refused:
            raise Failed(refused, self.resource.table, self.index) from refused
