"""A form as it is shown: what stands in each field, what is wrong with it, and the keys that guard it.

Where a POST is refused, the same form comes back with everything typed: `@refused_to(show)` calls `show` with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from uuid import uuid4

from flask import g, request

from turns_web.core import idempotency
from turns_web.core.errors import ALL, Invalid, Stale
from turns_web.core.fields import FieldError, Fields, Flag, Whole, parse_all
from turns_web.web import conflict


def new_write_id() -> str:
    return str(uuid4())


@dataclass
class Form:
    """values: {field: text as the input shows it}. errors: {field or "__all__": [sentence]}."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    version: int | str | None = None
    write_id: str = field(default_factory=new_write_id)

    @classmethod
    def of(cls, row: Mapping[str, Any], fields: Fields) -> Form:
        """A form that shows a row as it is."""
        values = {name: kind.text(row[name]) if name in row else "" for name, kind in fields.items()}
        return cls(values=values, version=row.get("version"))

    @classmethod
    def typed(cls, errors: dict[str, list[str]] | None = None) -> Form:
        """The form that was just sent, as typed. It keeps its write_id: a refused write leaves it free."""
        values = {
            name: request.form[name] for name in request.form if name not in {"csrf_token", "version", "write_id"}
        }
        return cls(
            values=values,
            errors=errors or {},
            version=request.form.get("version"),
            write_id=request.form.get("write_id") or new_write_id(),
        )

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def said(self, name: str) -> list[str]:
        return self.errors.get(name, [])

    @property
    def stray(self) -> list[str]:
        """What is wrong with no single field."""
        return self.errors.get(ALL, [])


def refused_to(show: Callable[..., Any], fields: Fields | None = None) -> Callable[[Callable], Callable]:
    """Answer a refusal of the wrapped POST with its form.

    show: the view of the form, called with the address's arguments and `form=`; its answer goes out with 422.
    fields: the labels and kinds of what the form holds, for the conflict page (409).
    """

    def wrap(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                return view(*args, **kwargs)
            except Invalid as refused:
                return _with_status(show(*args, **kwargs, form=Form.typed(refused.fields)), 422)
            except Stale as stale:
                return conflict.page(stale, fields or {})

        return guarded

    return wrap


def _with_status(answer: Any, status: int) -> Any:
    answer.status_code = status
    return answer


def version_of(typed: Mapping[str, str], name: str = "version") -> int:
    """The version that the person saw. Raises Invalid where it is missing or no number."""
    try:
        version = Whole(label="Version", required=True, least=1).parse(typed.get(name))
    except FieldError:
        raise Invalid({name: "This form has lost its version. Reload the page and try again."}) from None
    return version


def spoken(fields: Fields, typed: Mapping[str, str], *, whole: bool = True) -> dict[str, Any]:
    """The values of the fields that a form speaks of, after the choices of a conflict page.

    whole: an absent tick box means no; in a part of a form it is not spoken of.
    `resolve.<field>`: `server` leaves the field as it is, `local` takes what was typed first (`local.<field>`), `merge`
    what stands in `<field>`. Raises Invalid with every fault at once.
    """
    said = {name: typed[name] for name in typed}
    names = [name for name, kind in fields.items() if name in typed or (whole and isinstance(kind, Flag))]
    for name in fields:
        choice = typed.get(f"resolve.{name}")
        if choice == "server" and name in names:
            names.remove(name)
        elif choice == "local":
            said[name] = typed.get(f"local.{name}", typed.get(name, ""))
            names += [name] * (name not in names)
        elif choice not in (None, "server", "merge"):
            raise Invalid({name: "Choose whose value to keep."})
    return parse_all(fields, said, names)


def is_whole(fields: Fields, typed: Mapping[str, str], but: Iterable[str] = ()) -> bool:
    """Whether the whole form was sent, in which a tick box that is absent means no; one field alone says nothing of the
    others. but: fields that the form may leave out."""
    asked = {name for name, kind in fields.items() if not isinstance(kind, Flag)} - set(but)
    return all(name in typed for name in asked)


def once(session: Any, act: Callable[[], dict]) -> dict:
    """Do `act` unless this form was sent before; see core/idempotency."""
    meaning = idempotency.form_meaning(request.path, request.form.to_dict(flat=False))
    return idempotency.once(session, g.identity, request.form.get("write_id"), meaning, act)
