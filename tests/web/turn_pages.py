"""What the tests of turn pages share: a small portfolio, forms read off pages, and noise of another manager."""

from __future__ import annotations

from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from tests.conftest import csrf_token
from tests.factories import make_property, make_turn, make_user, make_vendor


def portfolio(connection: Any, **turn: Any) -> SimpleNamespace:
    """A manager with a home and its turn, a DFO and an HO approver; and the same of another manager, as noise."""
    manager, other = make_user(connection, "PROPERTY_MANAGER"), make_user(connection, "PROPERTY_MANAGER")
    senior = make_user(connection, "SR_PROPERTY_MANAGER")
    home = make_property(connection, manager, senior)
    noise_home = make_property(connection, other)
    stage = turn.pop("stage", "Draft")
    return SimpleNamespace(
        manager=manager,
        other=other,
        senior=senior,
        dfo=make_user(connection, "DFO_APPROVER"),
        ho=make_user(connection, "HO_APPROVER"),
        home=home,
        vendor=make_vendor(connection),
        turn=make_turn(connection, home, stage, **turn),
        noise=make_turn(connection, noise_home, stage, **turn),
    )


def row(connection: Any, turn: Any) -> Any:
    """The turn as it is now."""
    from psycopg.rows import namedtuple_row

    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute("SELECT * FROM turns WHERE id = %s", [turn.id]).fetchone()


def audit_rows(connection: Any, turn: Any, action: str = "UPDATE") -> int:
    return connection.execute(
        "SELECT count(*) FROM audit_logs WHERE record_id = %s AND action = %s", [turn.id, action]
    ).fetchone()[0]


def post(client: Any, path: str, headers: dict[str, str] | None = None, **values: Any) -> Any:
    """Sends a form with the token of this client's session and a write_id of its own."""
    token = csrf_token(client.get("/account").text)
    sent = {"csrf_token": token, "write_id": str(uuid4()), **values}
    return client.post(path, data=sent, headers=headers or {})


PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "form":
            self.forms.append({"action": at.get("action"), "values": {}, "buttons": []})
        if not self.forms:
            return
        values, name = self.forms[-1]["values"], at.get("name")
        if tag == "input" and name:
            kind = at.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in at:
                return
            values.setdefault(name, at.get("value") or "")
        elif tag == "button":
            self.forms[-1]["buttons"].append((name, at.get("value")))
        elif tag == "select" and name:
            self._select = name
            values.setdefault(name, "")
        elif tag == "option" and self._select and "selected" in at:
            values[self._select] = at.get("value") or ""
        elif tag == "textarea" and name:
            self._area = name
            values.setdefault(name, "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1]["values"][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            values = self.forms[-1]["values"]
            values[self._area] = values[self._area].removeprefix("\n")
            self._area = None


def form_of(html: str, action: str, button: str | None = None) -> dict[str, str]:
    """The values of the page's form that posts to an address ending in `action`, as a browser would send them."""
    parser = _Forms()
    parser.feed(html)
    found = [form for form in parser.forms if (form["action"] or "").split("?")[0].endswith(action)]
    assert found, f"no form posts to {action}"
    if button is not None:
        found = [form for form in found if any(value == button for _, value in form["buttons"])]
        assert found, f"no form has the button {button}"
    return found[0]["values"]


def forms_to(html: str, action: str) -> list[dict[str, str]]:
    parser = _Forms()
    parser.feed(html)
    return [form["values"] for form in parser.forms if (form["action"] or "").split("?")[0].endswith(action)]
