"""A history of writes by forms and by programs, each told apart by a word of its own, to be held against the audit.

Whoever gets no answer asks again with the same write id until there is one: saved, or refused.
"""

import random
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import httpx

from tests.conftest import PASSWORD, csrf_token

Ask = Callable[[], httpx.Response]


class Writer(ABC):
    """Writes a new word into one of the shared turns, or a new home, again and again."""

    def __init__(self, address: str, email: str, turns: list[str], number: int):
        self.email, self.turns = email, turns
        self.client = httpx.Client(base_url=address, timeout=60)
        self.random = random.Random(number)
        self.saved: list[str] = []
        self.refused: list[str] = []

    def run(self, done: threading.Event) -> None:
        with self.client:
            self.sign_in()
            while not done.is_set():
                word = uuid.uuid4().hex[:20]
                answer = self.answered(self.next(word))
                (self.saved if answer.status_code in (200, 303) else self.refused).append(word)

    def answered(self, ask: Ask) -> httpx.Response:
        while True:
            try:
                answer = ask()
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer
            time.sleep(0.05)

    def turn(self) -> dict[str, Any]:
        id = self.random.choice(self.turns)
        return self.answered(lambda: self.client.get(f"/api/turns/{id}")).json()["data"]

    @abstractmethod
    def sign_in(self) -> None: ...

    @abstractmethod
    def next(self, word: str) -> Ask: ...


class Person(Writer):
    """By the forms."""

    def sign_in(self) -> None:
        page = self.client.get("/login").text
        form = {"email": self.email, "password": PASSWORD, "csrf_token": csrf_token(page)}
        assert self.client.post("/login", data=form).status_code == 303
        self.token = csrf_token(self.client.get("/properties/new").text)

    def next(self, word: str) -> Ask:
        keys = {"csrf_token": self.token, "write_id": word}
        if self.random.random() < 0.3:
            home = {"property_id": word, "name": "Oak", "street_address": "1 Oak"}
            return lambda: self.client.post("/properties/new", data=keys | home)
        turn = self.turn()
        form = keys | {"version": turn["version"], "wo_number": word}
        return lambda: self.client.post(f"/turns/{turn['id']}/edit", data=form)


class Program(Writer):
    """By the API, one by one and in batches."""

    def sign_in(self) -> None:
        answer = self.client.post("/api/auth/login", json={"email": self.email, "password": PASSWORD})
        self.client.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    def next(self, word: str) -> Ask:
        home = {"operation": "create", "data": {"property_id": word, "name": "Oak", "street_address": "1 Oak"}}
        turn = self.turn()
        change = {"operation": "update", "id": turn["id"], "version": turn["version"], "data": {"wo_number": word}}
        dice = self.random.random()
        if dice < 0.3:
            return lambda: self.client.post("/api/write/properties", json=home | {"writeId": word})
        if dice < 0.7:
            return lambda: self.client.post("/api/write/turns", json=change | {"writeId": word})
        both = {"operations": [{"table": "properties", **home}, {"table": "turns", **change}], "writeId": word}
        return lambda: self.client.post("/api/write/batch", json=both)
