"""The answer to a COMMIT is lost on the way: nobody may be told that nothing was saved."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import PASSWORD, csrf_token
from tests.factories import make_user


class Wire:
    """A wire to Postgres that can be made to swallow the answer to the next COMMIT, and to break with it."""

    def __init__(self, host, port):
        self.there = (host, port)
        self.is_cut_at_commit = False
        self.listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self):
        return self.listening.getsockname()[1]

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                server = socket.create_connection(self.there)
                threading.Thread(target=self._to_server, args=(client, server), daemon=True).start()
                threading.Thread(target=self._to_client, args=(server, client), daemon=True).start()

    def _to_server(self, client, server):
        with contextlib.suppress(OSError):
            while sent := client.recv(65536):
                if self.is_cut_at_commit and b"COMMIT\0" in sent:  # not that of READ COMMITTED
                    self.is_cut_at_commit = False
                    client.shutdown(socket.SHUT_RDWR)
                    server.sendall(sent)
                    return
                server.sendall(sent)
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _to_client(self, server, client):
        with contextlib.suppress(OSError):
            while sent := server.recv(65536):
                client.sendall(sent)
            client.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def wire(database):
    address = urlsplit(database.app_url)
    wire = Wire(address.hostname, address.port)
    yield wire
    wire.listening.close()


@pytest.fixture(scope="module")
def settings(database, wire):
    address = urlsplit(database.app_url)
    behind = address._replace(netloc=address.netloc.replace(f":{address.port}", f":{wire.port}"))
    return database.settings(database_pooled_url=behind.geturl())


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        yield connection


def vendors(admin, name):
    return admin.execute("SELECT count(*) FROM vendors WHERE company_name = %s", [name]).fetchone()[0]


def test_a_program_is_told_that_it_may_stand_and_its_write_id_makes_it_one(app, admin, wire):
    client, person = app.test_client(), make_user(admin, "ADMIN")
    token = client.post("/api/auth/login", json={"email": person.email, "password": PASSWORD}).json["token"]
    body = {"operation": "create", "data": {"company_name": "Lost & Found"}, "writeId": "once"}
    write = {"json": body, "headers": {"Authorization": f"Bearer {token}"}}
    wire.is_cut_at_commit = True
    lost = client.post("/api/write/vendors", **write)
    assert lost.status_code == 503 and lost.headers["Retry-After"]
    assert lost.json["error"]["type"] == "UNAVAILABLE" and "may stand" in lost.json["error"]["message"]
    again = client.post("/api/write/vendors", **write)
    assert again.status_code == 200 and again.json["vendor"]["version"] == 1
    assert vendors(admin, "Lost & Found") == 1


def test_a_person_is_told_the_same_and_may_send_the_form_again(app, sign_in, admin, wire):
    client = sign_in(app.test_client(), make_user(admin, "ADMIN").email)
    form = {
        "company_name": "Lost Again",
        "write_id": "form-1",
        "csrf_token": csrf_token(client.get("/vendors/new").text),
    }
    wire.is_cut_at_commit = True
    lost = client.post("/vendors/new", data=form)
    assert lost.status_code == 503 and "not saved twice" in lost.text
    assert client.post("/vendors/new", data=form).status_code == httpx.codes.SEE_OTHER
    assert vendors(admin, "Lost Again") == 1
