"""A write that is sent twice is done once.

The receipt (user, write_id, hash of what was meant, answer) is a row of the write's own transaction: either both are
there or neither. A second request with the same write_id waits for the first one's commit on the unique index.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.core.errors import Contended, Invalid, WriteIdReused
from turns_web.core.identity import Identity

LONGEST = 100
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_CLAIM = text(
    "INSERT INTO write_receipts (user_id, write_id, body_hash) VALUES (:user_id, :write_id, :body_hash) "
    "ON CONFLICT (user_id, write_id) DO NOTHING RETURNING id"
)
_FOUND = text("SELECT body_hash, answer FROM write_receipts WHERE user_id = :user_id AND write_id = :write_id")
_KEEP = text("UPDATE write_receipts SET answer = :answer, status = 200 WHERE id = :id").bindparams(
    bindparam("answer", type_=JSONB)
)

WRITE_ID_SAYS = f"Send 1 to {LONGEST} characters, none of them a control character."

Answer = dict[str, Any]


def is_write_id(sent: str) -> bool:
    return 1 <= len(sent) <= LONGEST and not _UNPRINTABLE.search(sent)


def once(session: Session, who: Identity, write_id: str | None, meaning: Any, act: Callable[[], Answer]) -> Answer:
    """Do `act` unless this person's `write_id` already did it; returns its answer, or the first one's.

    meaning: what the write is about, as JSON can hold it; the order of keys does not count.
    Raises WriteIdReused where the same write_id came with another meaning. A refused write leaves its write_id free.
    """
    if not write_id:
        return act()
    if not is_write_id(write_id):
        raise Invalid({"write_id": WRITE_ID_SAYS})
    body_hash = hash_of(meaning)
    claimed = session.execute(
        _CLAIM, {"user_id": who.user_id, "write_id": write_id, "body_hash": body_hash}
    ).scalar_one_or_none()
    if claimed is None:
        return _first_answer(session, who, write_id, body_hash)
    answer = act()
    session.execute(_KEEP, {"id": claimed, "answer": answer})
    return answer


def _first_answer(session: Session, who: Identity, write_id: str, body_hash: str) -> Answer:
    found = session.execute(_FOUND, {"user_id": who.user_id, "write_id": write_id}).first()
    if found is None:
        raise Contended()  # it was cleared away for its age in between: asked again, it can be claimed
    if found.body_hash != body_hash:
        raise WriteIdReused("This write_id was used for another change.")
    return found.answer


def hash_of(meaning: Any) -> str:
    plain = json.dumps(meaning, sort_keys=True, default=_plain, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A number is another thing than the text of it; 1.5 and 1.50 are one."""
    return {"number": str(value.normalize())} if isinstance(value, Decimal) else str(value)


# What only guards a form; and passwords, of which not even a quick hash is kept.
_NO_MEANING = {"csrf_token", "write_id", "current_password", "new_password"}


def form_meaning(path: str, form: Mapping[str, list[str]]) -> dict[str, Any]:
    """What a form means: its address and fields, without the keys that only guard it."""
    return {"path": path, **{name: form[name] for name in form if name not in _NO_MEANING}}
