"""A mail server and a web server that take what goes out: real ones on this machine, with a certificate."""

import contextlib
import datetime
import email
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 with its key, one PEM file; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    since = datetime.datetime(2020, 1, 1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(since)
        .not_valid_after(since + datetime.timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@dataclass
class MailServer:
    """`taken` is what came, with its envelope's recipient; `user` must sign in; it refuses, or never answers,
    some recipients. With a certificate it speaks STARTTLS."""

    user: tuple[str, str] | None = None
    refuses: set[str] = field(default_factory=set)
    hangs: set[str] = field(default_factory=set)
    tls: Path | None = None
    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def to(self, address: str) -> list[EmailMessage]:
        """What this address got."""
        return [mail for to, mail in self.taken if to == address]

    @property
    def bytes(self) -> str:
        """Everything that came, as text."""
        return "\n".join(f"{mail}\n{mail.get_content()}" for _, mail in self.taken)


def _handler(server: MailServer) -> type[StreamRequestHandler]:
    class Handler(StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            with contextlib.suppress(OSError, ssl.SSLError):
                self.say("220 test")
                self.signed_in = server.user is None
                self.encrypted = server.tls is None
                to = ""
                while line := self.rfile.readline().decode().strip():
                    to = self.answer(line, to)

        def answer(self, line: str, to: str) -> str:
            verb = line.split()[0].upper()
            if verb == "EHLO":
                extra = [] if self.encrypted else ["250-STARTTLS"]
                for one in ("250-test", *extra, "250 AUTH PLAIN"):
                    self.say(one)
            elif verb == "STARTTLS":
                self.say("220 go")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(server.tls)
                self.connection = context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                self.encrypted = True
            elif verb == "AUTH":
                import base64

                _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                self.signed_in = (user, password) == server.user
                self.say("235 ok" if self.signed_in else "535 no, Zephyrine")
            elif verb == "RCPT":
                return self.recipient(line.partition("<")[2].partition(">")[0])
            elif verb == "DATA":
                self.say("354 go")
                lines = []
                while (row := self.rfile.readline()) != b".\r\n":
                    lines.append(row)
                server.taken.append((to, email.message_from_bytes(b"".join(lines), policy=default)))
                self.say("250 taken")
            else:
                self.say("221 bye" if verb == "QUIT" else "250 ok")
            return to

        def recipient(self, address: str) -> str:
            if address in server.hangs:
                server.over.wait(60)
            known = self.signed_in and self.encrypted and address not in server.refuses
            self.say("250 ok" if known else "550 no such person, Zephyrine")
            return address

    return Handler


@contextlib.contextmanager
def mail_server(**how: object) -> Iterator[MailServer]:
    """A mail server on this machine."""
    made = MailServer(**how)
    with ThreadingTCPServer(("127.0.0.1", 0), _handler(made)) as running:
        running.daemon_threads = True
        made.port = running.server_address[1]
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield made
        made.over.set()
        running.shutdown()


@dataclass
class WebServer:
    """`taken` is what was asked: method, path, headers, body. `answers` is its status."""

    answers: int = 200
    port: int = 0
    taken: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.taken]


@contextlib.contextmanager
def web_server(tls: Path | None = None) -> Iterator[WebServer]:
    """A web server on this machine that takes everything."""
    made = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made.taken.append((self.command, self.path, dict(self.headers), body))
            self.send_response(made.answers)
            if 300 <= made.answers < 400:
                self.send_header("Location", f"http://127.0.0.1:{made.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            running.socket = context.wrap_socket(running.socket, server_side=True)
        made.port = running.server_address[1]
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield made
        running.shutdown()
