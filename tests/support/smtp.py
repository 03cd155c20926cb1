"""A small mail server for tests: it speaks SMTP on loopback, with STARTTLS or TLS and a login where it is told to."""

from __future__ import annotations

import base64
import contextlib
import email
import email.policy
import ipaddress
import socket
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Received:
    """One message, with the envelope that it came in."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    secure: bool
    user: str


@dataclass
class MailServer:
    """A server on loopback; what it answers to a recipient can be said by `refuse`, like `450` or `550`."""

    certificate: Path | None = None
    tls: bool = False
    users: dict[str, str] = field(default_factory=dict)
    refuse: str = ""
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                session = _Session(server, self.request)
                with contextlib.suppress(OSError):
                    session.run()
                session.close()

        class Listening(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self._listening = Listening(("127.0.0.1", 0), Handler)
        self.port = int(self._listening.server_address[1])
        self._thread = threading.Thread(target=self._listening.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._listening.shutdown()
        self._listening.server_close()
        self._thread.join(60)

    def context(self) -> ssl.SSLContext:
        """The server's side of TLS."""
        assert self.certificate
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.certificate)
        return made


class _Session:
    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self._server, self._connection = server, connection
        self._secure = False
        self._lines: Any = None
        self._user = self._sender = ""
        self._recipients: list[str] = []

    def _wrap(self) -> None:
        self._connection = self._server.context().wrap_socket(self._connection, server_side=True)
        self._secure = True

    def _say(self, text: str) -> None:
        self._connection.sendall(text.encode() + b"\r\n")

    def run(self) -> None:
        if self._server.tls:
            self._wrap()
        self._lines = self._connection.makefile("rb")
        self._say("220 mail.test")
        while line := self._lines.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if not self._do(verb.upper(), rest):
                return
            if verb.upper() == "STARTTLS":
                self._lines.close()
                self._wrap()
                self._lines = self._connection.makefile("rb")

    def close(self) -> None:
        if self._lines is not None:
            self._lines.close()
        self._connection.close()

    def _do(self, verb: str, rest: str) -> bool:
        if verb == "EHLO":
            offers = ["mail.test"]
            offers += ["STARTTLS"] if self._server.certificate and not self._secure else []
            offers += ["AUTH PLAIN"] if self._server.users else []
            self._say("\r\n".join([*(f"250-{one}" for one in offers), "250 8BITMIME"]))
        elif verb == "STARTTLS":
            self._say("220 go on")
        elif verb == "AUTH":
            _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
            known = self._server.users.get(user) == password
            self._user = user if known else ""
            self._say("235 welcome" if known else f"535 no such user with {password}")
        elif verb == "MAIL":
            self._sender = rest.partition("<")[2].partition(">")[0]
            self._say("530 log in first" if self._server.users and not self._user else "250 ok")
        elif verb == "RCPT":
            self._recipients.append(rest.partition("<")[2].partition(">")[0])
            self._say(f"{self._server.refuse} not here" if self._server.refuse else "250 ok")
        elif verb == "DATA":
            self._say("354 go on")
            self._keep()
            self._say("250 kept")
        else:
            self._say("221 bye" if verb == "QUIT" else "250 ok")
            return verb != "QUIT"
        return True

    def _keep(self) -> None:
        lines = []
        for line in iter(self._lines.readline, b".\r\n"):
            lines.append(line.removeprefix(b"."))
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self._server.received.append(
            Received(self._sender, list(self._recipients), message, self._secure, self._user)
        )


def certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
