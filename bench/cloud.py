"""Amazon as a function meets it, over TLS: one address that passes calls on to DynamoDB Local and keeps one parameter.

A function on AWS reads a bundle of certificates and shakes hands before its first call; over plain HTTP a third of what
talking costs would be missing. So there is an authority of our own, added to the bundle that botocore brings.
"""

from __future__ import annotations

import ipaddress
import json
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = "127.0.0.1"
REGION = "eu-west-1"
ACCESS_KEY = "bench"
"""DynamoDB Local has tables of its own for each of these."""
_PASSED_ON = ("Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Target")
_VALID = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass
class Cloud:
    """A cloud that runs: where it is, whom its callers must trust (a PEM), and what they asked for, in order."""

    url: str
    authority: bytes
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def environ(self, task: Path) -> dict[str, str]:
        """What the environment of the function in the folder ``task`` says on AWS, and where this cloud is instead.

        It trusts our authority beside those that botocore brings there.
        """
        bundle = task.with_name(f"{task.name}.pem")
        bundle.write_bytes((task / "botocore" / "cacert.pem").read_bytes() + self.authority)
        return {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
            "AWS_SESSION_TOKEN": "bench",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_DYNAMODB": self.url,
            "AWS_ENDPOINT_URL_SSM": self.url,
            "AWS_CA_BUNDLE": str(bundle),
        }


@contextmanager
def cloud(folder: Path, dynamodb: str, secret: str) -> Iterator[Cloud]:
    """A cloud whose tables are those of DynamoDB Local at ``dynamodb`` and whose every parameter holds ``secret``."""
    server = _Server((HERE, 0), _Handler)
    server.dynamodb = urlsplit(dynamodb).netloc
    server.secret = secret
    certificate, both = _certified(folder)
    server.cloud = Cloud(f"https://{HERE}:{server.server_address[1]}", certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    # The handshake is the business of the caller's own thread; the one that accepts would keep everybody waiting.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.cloud
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    dynamodb: str
    secret: str
    cloud: Cloud


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: _Server

    def do_POST(self) -> None:
        """Answer a call."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service, _, operation = self.headers["X-Amz-Target"].partition(".")
        self.server.cloud.asked.append((operation, json.loads(body)))
        status, answer = self._parameter() if service == "AmazonSSM" else self._dynamodb(body)
        self.send_response(status)
        self.send_header("Content-Type", self.headers["Content-Type"])
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.wfile.flush()

    def _parameter(self) -> tuple[int, bytes]:
        parameter = {"Name": "/byline/bench/secret-key", "Type": "SecureString", "Value": self.server.secret}
        return 200, json.dumps({"Parameter": parameter}).encode()

    def _dynamodb(self, body: bytes) -> tuple[int, bytes]:
        connection = HTTPConnection(self.server.dynamodb)
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        connection.request("POST", "/", body, headers)
        with connection.getresponse() as answer:
            read = answer.status, answer.read()
        connection.close()
        return read

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _certified(folder: Path) -> tuple[bytes, Path]:
    """A certificate for this machine that vouches for itself, and the file where it stands with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "measurement")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_VALID[0])
        .not_valid_after(_VALID[1])
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_pem = certificate.public_bytes(serialization.Encoding.PEM)
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both = folder / "server.pem"
    both.touch(mode=0o600)
    both.write_bytes(key_pem + certificate_pem)
    return certificate_pem, both
