"""What stands around the data of a write: which operation on which row, from which version, under which writeId."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from turns_web.api.body import refuse_unknown
from turns_web.api.strict import UUID_FORM
from turns_web.core.errors import Invalid
from turns_web.core.fields import FieldError
from turns_web.core.idempotency import WRITE_ID_SAYS, is_write_id

MOST_OPERATIONS = 500
NEWEST_VERSION = 2_147_483_647

OPERATION = ("operation", "id", "data", "version", "metadata")


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it was sent: the types of its keys are right, and nothing else was looked at."""

    table: str
    operation: str = ""
    id: UUID | None = None
    data: Mapping[str, Any] | None = None
    version: int | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def meaning(self) -> dict[str, Any]:
        """What it is about, the same for every address that takes it."""
        return {name: getattr(self, name) for name in ("table", *OPERATION)}


def read(sent: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """What was sent under `keys`; raises Invalid with every fault at once, and for any other key."""
    refuse_unknown(sent, keys)
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, value in sent.items():
        try:
            found[name] = _READERS[name](value)
        except FieldError as refused:
            faults[name] = str(refused)
    if faults:
        raise Invalid(faults)
    return found


def _id(sent: Any) -> UUID:
    if not isinstance(sent, str) or not UUID_FORM.fullmatch(sent):
        raise FieldError("Send the id of a row, a UUID.")
    return UUID(sent)


def _version(sent: Any) -> int:
    if not isinstance(sent, int) or isinstance(sent, bool) or not 1 <= sent <= NEWEST_VERSION:
        raise FieldError("Send the version that you saw, a whole number from 1.")
    return sent


def _write_id(sent: Any) -> str:
    if not isinstance(sent, str) or not is_write_id(sent):
        raise FieldError(WRITE_ID_SAYS)
    return sent


def _name(sent: Any) -> str:
    if not isinstance(sent, str):
        raise FieldError("Send this as text.")
    return sent


def _object(sent: Any) -> Mapping[str, Any]:
    if not isinstance(sent, dict):
        raise FieldError("Send an object.")
    return sent


def _operations(sent: Any) -> list[Any]:
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST_OPERATIONS:
        raise FieldError(f"Send a list of 1 to {MOST_OPERATIONS} operations.")
    return sent


_READERS: dict[str, Callable[[Any], Any]] = {
    "table": _name,
    "operation": _name,
    "id": _id,
    "data": _object,
    "version": _version,
    "metadata": _object,
    "writeId": _write_id,
    "operations": _operations,
}
