"""People who write comments without pause, and never believe that one is saved before they were told so."""

import threading
import time
import uuid

import httpx

from tests.conftest import csrf_token

WRITERS = 3


class Writers:
    """Each sends a comment until it is acknowledged, with one write_id, and then the next."""

    def __init__(self, address: str, email: str, password: str, turn_id: str):
        self.address, self.email, self.password, self.turn_id = address, email, password, turn_id
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(30)

    def _write(self, number: int) -> None:
        with httpx.Client(base_url=self.address, timeout=10) as client:
            token = self._sign_in(client)
            while not self._done.is_set():
                body = f"comment {number} {uuid.uuid4()}"
                form = {"body": body, "write_id": str(uuid.uuid4()), "csrf_token": token}
                if self._send(client, form):
                    self.acknowledged.append(body)

    def _sign_in(self, client: httpx.Client) -> str:
        form = {"email": self.email, "password": self.password, "csrf_token": csrf_token(client.get("/login").text)}
        assert client.post("/login", data=form).status_code == 303
        return csrf_token(client.get(f"/turns/{self.turn_id}").text)

    def _send(self, client: httpx.Client, form: dict[str, str]) -> bool:
        """Whether it was acknowledged; asked again with the same write_id while nobody answers, as a browser would."""
        while not self._done.is_set():
            try:
                answer = client.post(f"/turns/{self.turn_id}/comments", data=form)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code < 500:
                if answer.status_code not in (200, 303):
                    self.refused.append(f"{answer.status_code} {answer.text[:300]}")
                return answer.status_code in (200, 303)
            time.sleep(0.05)
        return False
