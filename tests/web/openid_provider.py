"""A small OpenID provider on this machine, over HTTP: another company's computer, which a test may spoil.

It signs in whoever its page names, checks what a provider must check of a client (redirect address, PKCE,
secret, a code once), and signs ID tokens with its own keys.
"""

import base64
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, generate_key

CLIENT, SECRET = "cleanclaim-console", "client-secret-5f1e"
KEYS = {"ES256": ("EC", "P-256"), "RS256": ("RSA", 2048), "Ed25519": ("OKP", "Ed25519")}


@dataclass
class OpenIdProvider:
    """`people` has claims by what a person types. `changes` overrides claims of the next tokens (None leaves
    one out); `documents` the bytes at a path; `answers` parameters of the answer to the browser."""

    redirect: str
    clock: Callable[[], int]
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    algorithm: str = "ES256"
    secret: str = SECRET
    changes: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    port: int = 0
    breaks: int = 0
    """Requests that the next ones are, which get no answer."""
    asked: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    """Codes and tokens that were given out: none may be found in a log."""

    def __post_init__(self) -> None:
        self._codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        self._server: ThreadingHTTPServer | None = None
        self.rotate()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rotate(self) -> None:
        """New keys; the ones before are not published any more."""
        kind, size = KEYS[self.algorithm]
        self.key = generate_key(kind, size, {"use": "sig", "kid": secrets.token_hex(4)})

    def signed(self, claims: dict[str, Any], key: Any = None, kid: str = "") -> str:
        header = {"alg": self.algorithm, "kid": kid or self.key.kid}
        return jwt.encode(header, claims, key or self.key, [self.algorithm])

    def signed_by_secret(self, claims: dict[str, Any]) -> str:
        """With what the client knows: whoever reads its secret could sign so."""
        key = OctKey.import_key(self.secret)
        return jwt.encode({"alg": "HS256", "kid": self.key.kid}, claims, key, ["HS256"])

    def logout_claims(self, login: str = "", **changes: Any) -> dict[str, Any]:
        """What a logout token says of a person; `changes` as those of an ID token."""
        now = self.clock()
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": secrets.token_hex(8),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            "sub": f"id-{login}" if login else None, **changes,
        }  # fmt: skip
        return {name: value for name, value in claims.items() if value is not None}

    def unsigned(self, claims: dict[str, Any]) -> str:
        parts = ({"alg": "none"}, claims)
        coded = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts]
        return ".".join([*coded, ""])

    def start(self) -> None:
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                double.answer(self, {})

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                double.answer(self, _flat(self.rfile.read(length).decode()))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, to: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        parts = urlsplit(to.path)
        self.asked.append(parts.path)
        if self.breaks:
            self.breaks -= 1
            return  # the connection ends without an answer
        query = _flat(parts.query)
        if parts.path in self.documents:
            _send(to, *self.documents[parts.path])
        elif parts.path == "/.well-known/openid-configuration":
            _send(to, 200, json.dumps(self._discovery()).encode())
        elif parts.path == "/keys":
            _send(to, 200, json.dumps(KeySet([self.key]).as_dict(private=False)).encode())
        elif parts.path == "/favicon.ico":
            _send(to, 200, b"", "image/png")
        elif parts.path == "/authorize":
            self._authorize(to, query)
        elif parts.path == "/token":
            status, found = self._token(to.headers.get("authorization", ""), form)
            _send(to, status, json.dumps(found).encode())
        else:
            _send(to, 404, b"{}")

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [self.algorithm],
            "code_challenge_methods_supported": ["S256"],
            **self.discovery,
        }

    def _authorize(self, to: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        wanted = {"client_id": CLIENT, "redirect_uri": self.redirect, "response_type": "code"}
        wanted |= {"code_challenge_method": "S256"}
        if (
            any(asked.get(k) != v for k, v in wanted.items())
            or "openid" not in asked.get("scope", "").split()
        ):
            _send(to, 400, b"not a request of the client")
        elif asked.get("login") not in self.people:
            kept = "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in asked.items())
            page = f'<form action="/authorize">{kept}<input name="login"><button>Go on</button></form>'
            _send(to, 200, page.encode(), "text/html")
        else:
            code = secrets.token_urlsafe(16)
            self.given.append(code)
            self._codes[code] = (asked, self.people[asked["login"]])
            answer = {"code": code, "state": asked["state"], **self.answers}
            to.send_response(302)
            to.send_header("Location", f"{self.redirect}?{urlencode(answer)}")
            to.end_headers()

    def _token(self, authorization: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if authorization.startswith("Basic "):
            client, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            client, secret = unquote(client), unquote(secret)
        else:
            client, secret = form.get("client_id", ""), form.get("client_secret", "")
        if (client, secret) != (CLIENT, self.secret):
            return 401, {"error": "invalid_client", "error_description": f"{secret} is wrong"}
        asked, person = self._codes.pop(form.get("code", ""), ({}, {}))
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        if (asked.get("redirect_uri"), asked.get("code_challenge")) != (form.get("redirect_uri"), challenge):
            return 400, {"error": "invalid_grant", "error_description": "<script>alert(1)</script>"}
        now = self.clock()
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": f"id-{asked['login']}", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "auth_time": now, **person, **self.changes,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        token = (self.sign or self.signed)(claims)
        access = secrets.token_urlsafe(16)
        self.given += [token, access]
        return 200, {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token}


@contextmanager
def providing(provider: OpenIdProvider) -> Iterator[OpenIdProvider]:
    provider.start()
    yield provider
    provider.stop()


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _send(to: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json") -> None:
    to.send_response(status)
    to.send_header("Content-Type", kind)
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body)
