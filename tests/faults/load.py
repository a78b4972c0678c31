"""People who write without pause, and never believe that something is saved before they were told so."""

import threading
import time
import uuid

import httpx

from tests.conftest import csrf_token

WRITERS = 3


class Writers:
    """Each puts a property in until that is acknowledged, with one write_id, and then the next."""

    def __init__(self, address: str, email: str, password: str):
        self.address, self.email, self.password = address, email, password
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(30)

    def _write(self) -> None:
        with httpx.Client(base_url=self.address, timeout=10) as client:
            token = self._sign_in(client)
            while not self._done.is_set():
                code = uuid.uuid4().hex[:20]
                home = {"property_id": code, "name": "Written under load", "street_address": "1 Elm Street"}
                if self._send(client, {**home, "write_id": uuid.uuid4().hex, "csrf_token": token}):
                    self.acknowledged.append(code)

    def _sign_in(self, client: httpx.Client) -> str:
        form = {"email": self.email, "password": self.password, "csrf_token": csrf_token(client.get("/login").text)}
        assert client.post("/login", data=form).status_code == 303
        return csrf_token(client.get("/properties/new").text)

    def _send(self, client: httpx.Client, form: dict[str, str]) -> bool:
        """Whether it was acknowledged; asked again with the same write_id while nobody answers, as a person would.

        A second writing would be refused: the code is taken.
        """
        while not self._done.is_set():
            try:
                answer = client.post("/properties/new", data=form)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == 303:
                return True
            if answer.status_code < 500:
                self.refused.append(f"{answer.status_code} {answer.text[:3000]}")
                return False
            time.sleep(0.05)
        return False
