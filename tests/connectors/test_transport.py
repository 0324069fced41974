"""One POST, to an address that was checked, within a time that nobody can stretch; whatever happens is an answer."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.webhooks.addresses import Guard
from connectors.webhooks.transport import MOST_READ, Transport
from tests.connectors.receiver import Reply, receiving

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

OPEN = Transport(Guard(private=True))


def test_what_is_sent_arrives_as_it_is_and_the_answer_is_told() -> None:
    with receiving(lambda _: Reply(202, body=b"thanks \xff\x00")) as receiver:
        answer = OPEN.post(receiver.url, {"webhook-id": "msg_1", "Content-Type": "application/json"}, b'{"a": 1}')
    assert (answer.ok, answer.status, answer.error) == (True, 202, "")
    assert answer.body == "thanks \ufffd\ufffd"
    taken = receiver.taken[0]
    assert (taken.path, taken.raw, taken.headers["webhook-id"]) == ("/hooks?tenant=a", b'{"a": 1}', "msg_1")
    assert taken.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_a_redirect_is_not_followed() -> None:
    with receiving() as other, receiving(lambda _: Reply(307, {"Location": other.url})) as receiver:
        answer = OPEN.post(receiver.url, {}, b"{}")
    assert (answer.ok, answer.status) == (False, 307)
    assert "not followed" in answer.error
    assert other.taken == []


def test_a_long_answer_is_cut() -> None:
    with receiving(lambda _: Reply(500, {"Retry-After": "7"}, body=b"x" * 1_000_000)) as receiver:
        answer = OPEN.post(receiver.url, {}, b"{}")
    assert (answer.status, len(answer.body), answer.retry_after) == (500, MOST_READ, 7.0)


def test_nobody_there_is_an_answer() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        answer = OPEN.post(f"http://127.0.0.1:{free.getsockname()[1]}/", {}, b"{}")
    assert (answer.ok, answer.status) == (False, None)
    assert "ConnectionRefused" in answer.error


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 2000 Odd\r\n\r\n", b"\x00" * 70_000])
def test_what_is_no_http_is_an_answer(says: bytes) -> None:
    with speaking(says) as port:
        answer = OPEN.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (answer.ok, answer.status) == (False, None)
    assert answer.error


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_drips_is_cut_off(scheme: str) -> None:
    """A byte now and then keeps every single wait short, and the whole of them endless."""
    began = time.monotonic()
    with speaking(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 500, drip=0.05) as port:
        answer = Transport(Guard(private=True), total=0.5).post(f"{scheme}://127.0.0.1:{port}/", {}, b"{}")
    assert time.monotonic() - began < 10
    assert not answer.ok
    assert scheme == "https" or answer.error == "no answer within 0.5 s"


def test_a_status_counts_also_when_the_rest_never_comes() -> None:
    with receiving(lambda _: Reply(200, body=b"x" * 900, drip=0.05)) as receiver:
        answer = Transport(Guard(private=True), total=0.5).post(receiver.url, {}, b"{}")
    assert (answer.ok, answer.status) == (True, 200)
    assert 0 < len(answer.body) < 900


def test_the_address_that_was_checked_is_the_one_that_is_connected_to() -> None:
    """A name that changes between the look and the connection changes nothing: it is looked up once."""
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["10.255.255.1"]

    with receiving() as receiver:
        transport = Transport(Guard(private=True), resolve=resolve)
        assert transport.post(f"http://hooks.example:{receiver.port}/a", {}, b"{}").ok
        assert asked == [("hooks.example", receiver.port)]
        assert receiver.taken[0].headers["host"] == f"hooks.example:{receiver.port}"


def test_a_name_that_leads_inside_is_refused_before_anything_is_sent() -> None:
    with receiving() as receiver:
        transport = Transport(Guard(), resolve=lambda *_: ["127.0.0.1"])
        answer = transport.post(f"https://hooks.example:{receiver.port}/", {}, b"{}")
        assert receiver.taken == []
    assert answer.error == "AddressRefused: hooks.example is 127.0.0.1, which is not a public address"


@pytest.mark.parametrize(
    ("name", "trusted", "words"),
    [
        ("hooks.example", True, ""),
        ("other.example", True, "certificate verify failed"),
        ("hooks.example", False, "certificate verify failed"),
    ],
)
def test_tls_is_spoken_with_who_proves_to_be_the_host(tmp_path: Path, name: str, trusted: bool, words: str) -> None:
    certificate = a_certificate(tmp_path, "hooks.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    client = ssl.create_default_context(cafile=str(certificate) if trusted else None)
    with receiving(tls=server) as receiver:
        transport = Transport(Guard(private=True), resolve=lambda *_: ["127.0.0.1"], context=lambda: client)
        answer = transport.post(f"https://{name}:{receiver.port}/", {}, b"{}")
    assert (answer.ok, words in answer.error) == (not words, True)


@contextmanager
def speaking(says: bytes, drip: float = 0.0) -> Iterator[int]:
    """A port where somebody says this to whoever comes, at once or byte by byte, and listens to nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def speak() -> None:
            try:
                line, _ = server.accept()
                with line:
                    for piece in (says[n : n + 1] for n in range(len(says))) if drip else (says,):
                        line.sendall(piece)
                        time.sleep(drip)
                    line.shutdown(socket.SHUT_WR)
                    line.settimeout(2)
                    while line.recv(4096):
                        pass
            except OSError:
                return

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def a_certificate(folder: Path, name: str) -> Path:
    """A certificate that nobody but itself vouches for, with its key, as one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "certificate.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
