"""The examples of docs/api.md, run from top to bottom."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import pytest
from argon2 import PasswordHasher

from tests.factories import make_property, make_turn, make_user
from turns_web.config import CHECKOUT

PAGE = (CHECKOUT / "docs" / "api.md").read_text(encoding="utf-8")
NAME = re.compile(r"\{([a-z]+)\}")
LEFT_OUT = "…"


class Example(NamedTuple):
    method: str
    path: str
    body: Any
    status: int
    answer: Any


def examples() -> list[Example]:
    blocks = re.findall(r"^```http\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert blocks and len(blocks) % 2 == 0
    return [_example(asked, answered) for asked, answered in zip(blocks[::2], blocks[1::2], strict=True)]


def _example(asked: str, answered: str) -> Example:
    line, _, body = asked.partition("\n\n")
    status, _, answer = answered.partition("\n\n")
    method, path = line.split()
    return Example(method, path, json.loads(body) if body else None, int(status), json.loads(answer))


@pytest.fixture
def demo(database) -> None:
    """What the page takes for given: a manager with two turns on hold."""
    with database.admin() as connection:
        password_hash = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("turns-demo-2026")
        manager = make_user(connection, "PROPERTY_MANAGER", email="manager@demo.example", password_hash=password_hash)
        for amount in ("6318.00", "310.00"):
            home = make_property(connection, manager)
            make_turn(connection, home, turn_amount=amount, hold_reason="Squatters")


def test_every_example_answers_what_the_page_says(client, demo):
    found: dict[str, str] = {}
    for example in examples():
        headers = {"Authorization": f"Bearer {found['token']}"} if "token" in found else {}
        path, body = filled(example.path, found), filled(example.body, found)
        answer = client.open(path, method=example.method, json=body, headers=headers)
        assert answer.status_code == example.status, (example, answer.text)
        compare(example.answer, answer.json, found, path)


def filled(value: Any, found: dict[str, str]) -> Any:
    """With the names in braces replaced by what earlier answers held."""
    if isinstance(value, str):
        return NAME.sub(lambda name: found[name[1]], value)
    if isinstance(value, dict):
        return {key: filled(one, found) for key, one in value.items()}
    return [filled(one, found) for one in value] if isinstance(value, list) else value


def compare(said: Any, answered: Any, found: dict[str, str], at: str) -> None:
    name = NAME.fullmatch(said) if isinstance(said, str) else None
    if name:
        assert found.setdefault(name[1], answered) == answered and answered, at
    elif isinstance(said, dict):
        shown = {key: one for key, one in said.items() if key != LEFT_OUT}
        assert answered.keys() >= shown.keys() and (LEFT_OUT in said or answered.keys() == shown.keys()), (at, answered)
        for key, one in shown.items():
            compare(one, answered[key], found, f"{at} {key}")
    elif isinstance(said, list):
        shown = [one for one in said if one != LEFT_OUT or len(said) == 1]
        assert len(answered) == len(shown) if shown == said else len(answered) >= len(shown), (at, answered)
        for number, one in enumerate(shown):
            compare(one, answered[number], found, f"{at} {number}")
    elif said != LEFT_OUT:
        assert said == answered, at
