"""One POST to a receiver: within a time, to the machine that was looked at, following nothing."""

import socket
import subprocess
import time
from contextlib import suppress

import pytest

from tests.receiver import receiving
from turns_web.webhooks import sending


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(certificate, key) of localhost, vouched for by nobody."""
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


def post(url, *, allow_private=True):
    return sending.post(url, {"webhook-id": "one"}, b"{}", allow_private=allow_private)


def port_of(receiver):
    return int(receiver.url.split(":")[2].split("/")[0])


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_what_is_taken_is_delivered(receiver, status):
    receiver.status = status
    assert post(f"{receiver.url}?a=b%20c") == sending.Outcome(status)
    assert (receiver.received[0].path, receiver.received[0].body) == ("/turns?a=b%20c", b"{}")


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_what_is_refused_is_told_by_its_status(receiver, status):
    receiver.status = status
    assert post(receiver.url) == sending.Outcome(status, f"it answered {status}")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receiver, status):
    receiver.status, receiver.location = status, receiver.url.replace("/turns", "/elsewhere")
    assert post(receiver.url).error == f"it answered {status}, and redirects are not followed"
    assert [one.path for one in receiver.received] == ["/turns"]


@pytest.mark.parametrize("drips", [False, True])
def test_a_receiver_that_takes_too_long_is_cut_off(receiver, monkeypatch, drips):
    monkeypatch.setattr(sending, "WHOLE_S", 1)

    def answer(handler):
        until = time.monotonic() + 4
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" if drips else b"")
        while time.monotonic() < until:
            with suppress(OSError):
                handler.wfile.write(b"X-A: b\r\n" if drips else b"")
            time.sleep(0.2)

    receiver.answer = answer
    begun = time.monotonic()
    assert post(receiver.url).error == "it did not answer within 1 seconds"
    assert time.monotonic() - begun < 3


def test_the_time_that_connecting_took_counts(receiver, monkeypatch):
    """The cut-off comes while nothing is connected yet, and the receiver drips from then on."""
    monkeypatch.setattr(sending, "WHOLE_S", 0.3)
    connect = socket.create_connection

    def connect_late(*told, **more):
        time.sleep(0.5)
        return connect(*told, **more)

    monkeypatch.setattr("socket.create_connection", connect_late)
    assert post(receiver.url).error == "it did not answer within 0.3 seconds"
    assert receiver.received == [], "nothing is sent any more"


@pytest.mark.parametrize(
    ("said", "error"), [(b"", "it could not be reached (it broke off)"), (b"hello\r\n\r\n", "its answer is no HTTP")]
)
def test_an_answer_that_is_none_is_no_delivery(receiver, said, error):
    def answer(handler):
        handler.wfile.write(said)
        handler.close_connection = True

    receiver.answer = answer
    assert post(receiver.url).error == error


def test_nobody_there_and_no_tls_are_said_in_words(receiver):
    assert post("http://127.0.0.1:9/").error == "it could not be reached (Connection refused)"
    assert post(receiver.url.replace("http", "https", 1)).error == "it does not speak TLS as it should"
    assert post("http://nobody.invalid/").error == "its name cannot be found"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])  # noqa: S104
def test_an_address_that_is_not_public_is_not_connected_to(receiver, host):
    outcome = post(f"http://{host}:{port_of(receiver)}/", allow_private=False)
    assert "which is not a public address" in outcome.error
    assert receiver.received == []


def test_a_name_is_resolved_once_and_connected_to_as_it_was_looked_at(receiver, monkeypatch):
    """A name that leads to one machine while it is looked at, and to another a moment later."""
    asked, real = [], socket.getaddrinfo

    def rebinding(host, *told, **more):
        if host != "rebinding.example":
            return real(host, *told, **more)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *told, **more)

    monkeypatch.setattr("socket.getaddrinfo", rebinding)
    assert post(f"http://rebinding.example:{port_of(receiver)}/").status == 204
    assert len(asked) == 1
    assert receiver.received[0].headers["host"] == f"rebinding.example:{port_of(receiver)}"


@pytest.mark.parametrize("port", [443, 8443])
def test_the_host_that_is_asked_for_names_no_port_that_goes_without_saying(certificate, monkeypatch, port):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    connect = socket.create_connection
    url = "https://localhost/turns" if port == 443 else f"https://localhost:{port}/turns"
    with receiving(certificate) as receiver:
        monkeypatch.setattr("socket.create_connection", lambda at, wait: connect((at[0], port_of(receiver)), wait))
        assert post(url).status == 204
    assert receiver.received[0].headers["host"] == url.split("/")[2]


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificate):
    with receiving(certificate) as receiver:
        url = receiver.url.replace("127.0.0.1", "localhost")
        assert post(url).error == "its certificate is not to be trusted"
    assert receiver.received == []
