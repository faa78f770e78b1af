"""The identity provider of the settings, over HTTP: its discovery document, its keys, a code for an ID token.

OpenID Connect Discovery 1.0, RFC 7517 and RFC 6749. The document and the keys are kept for an hour; keys are
fetched again where a token names one that is not among them. What the provider says in words is never shown
or logged, and no token leaves this file but to who asked for it.

    StepError SGN-08   it can't be reached, or what it answers is no OpenID Connect
    StepError SGN-09   it refuses
"""

import json
import logging
import re
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.oidc import may_be_asked
from config.settings import PREFIX, Settings
from tasks.errors import StepError

KEPT: Final = 3600  # seconds that the discovery document and the keys are good for
AGAIN: Final = 30  # seconds until keys are fetched again for one that is not known
PAUSE: Final = 5  # seconds after a failure in which it is not asked again
STEP: Final = 5.0  # seconds that one step of the conversation may last
MOST_BYTES: Final = 512 * 1024
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
)
"""Signatures that are taken: by a key of the provider's alone, never `none` and never by a shared secret."""

_ERROR = re.compile(r"[a-z_]{1,40}")
_Found = TypeVar("_Found")

for _name in ("httpx", "httpcore"):  # they log addresses
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Discovered:
    """What the discovery document says. `secret_in_form`: the token endpoint wants the client's secret in the
    form, not in a header. `names_itself`: its answers carry the issuer (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    secret_in_form: bool
    names_itself: bool


class IdentityProvider:
    """The provider as the settings name it. Several requests may use it at once.

    `now` is seconds since the epoch.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._guard = threading.Lock()
        self._kept: dict[str, tuple[int, Any]] = {}
        self._failed: tuple[int, str] | None = None

    def discovered(self, now: int) -> Discovered:
        """Its discovery document. Raises StepError SGN-08."""
        return self._keep("discovery", KEPT, now, self._discover)

    def keys(self, now: int, *, newest: bool = False) -> KeySet:
        """The keys that it signs with; `newest`: one was named that is not among those kept.

        Raises StepError SGN-08.
        """
        address = self.discovered(now).jwks_uri
        return self._keep("keys", AGAIN if newest else KEPT, now, lambda: self._fetch_keys(address))

    def exchanged(self, code: str, verifier: str, redirect: str, now: int) -> dict[str, Any]:
        """The token endpoint's answer to a code. Raises StepError SGN-08, SGN-09."""
        found = self.discovered(now)
        secret = client_secret(self.settings)
        method = "none" if not secret else "client_secret_post" if found.secret_in_form else None
        body = prepare_token_request("authorization_code", "", redirect, code=code, code_verifier=verifier)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        auth = ClientAuth(self.settings.oidc_client_id, secret, method)
        address, headers, body = auth.prepare("POST", found.token_endpoint, headers, body)
        answer = self._asked("POST", address, headers, body)
        if "error" in answer:
            raise refused_by_it(answer["error"])
        return answer

    def _keep(self, what: str, seconds: int, now: int, fetch: Callable[[], _Found]) -> _Found:
        """What is kept and younger than `seconds`, or fetched: by one request, for which others wait. After a
        failure it is not asked again at once, so that requests do not pile up behind one that is down."""
        with self._guard:
            kept: tuple[int, _Found] | None = self._kept.get(what)
            if kept is not None and now - kept[0] < seconds:
                return kept[1]
            if self._failed is not None and now - self._failed[0] < PAUSE:
                raise StepError("SGN-08", self._failed[1], retryable=True)
            try:
                found = fetch()
            except StepError as error:
                self._failed = (now, error.message)
                raise
            self._failed = None
            self._kept[what] = (now, found)
            return found

    def _discover(self) -> Discovered:
        issuer = self.settings.oidc_issuer
        found = self._asked("GET", get_well_known_url(issuer, external=True))
        if found.get("issuer") != issuer:
            raise _no_openid("its discovery document is another issuer's; write oidc_issuer as it does")
        addresses = [found.get(k) for k in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if not all(isinstance(one, str) and may_be_asked(self.settings, one) for one in addresses):
            raise _no_openid("its discovery document lacks an address, or has one in the clear")
        for key, ours in (
            ("response_types_supported", ("code",)),
            ("code_challenge_methods_supported", ("S256",)),
            ("id_token_signing_alg_values_supported", ALGORITHMS),
        ):
            theirs = found.get(key)
            if isinstance(theirs, list) and not set(ours) & set(map(str, theirs)):
                raise _no_openid(f"nothing of its {key} is taken here")
        methods = found.get("token_endpoint_auth_methods_supported")
        in_form = isinstance(methods, list) and "client_secret_basic" not in methods
        names_itself = found.get("authorization_response_iss_parameter_supported") is True
        begins, tokens, keys = map(str, addresses)
        return Discovered(begins, tokens, keys, in_form, names_itself)

    def _fetch_keys(self, address: str) -> KeySet:
        found = self._asked("GET", address)
        try:
            return KeySet.import_key_set(found)  # type: ignore[arg-type]  # whatever it is, it says so
        except (JoseError, LookupError, TypeError, ValueError, AttributeError):
            raise _no_openid("its keys can't be read") from None

    def _asked(
        self, method: str, address: str, headers: dict[str, str] | None = None, body: str = ""
    ) -> dict[str, Any]:
        import httpx  # a tenth of a second: only where people sign in by it

        sent = {"Accept": "application/json", **(headers or {})}
        broken = (httpx.NetworkError, httpx.RemoteProtocolError)
        for again in (True, False) if method == "GET" else (False,):  # a code is good for one request only
            text = b""
            try:
                with (
                    httpx.Client(
                        verify=_verified(self.settings), timeout=STEP, trust_env=not self.settings.demo
                    ) as client,
                    client.stream(method, address, content=body, headers=sent) as answer,
                ):
                    for piece in answer.iter_bytes():
                        text += piece
                        if len(text) > MOST_BYTES:
                            raise _no_openid("its answer is too long")
                break
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                if again and isinstance(error, broken):
                    continue
                says = f"the identity provider can't be reached ({type(error).__name__}); try again soon"
                raise StepError("SGN-08", says, retryable=True) from None
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        is_refusal = method == "POST" and 400 <= answer.status_code < 500
        if not isinstance(found, dict) or not (answer.is_success or (is_refusal and "error" in found)):
            raise _no_openid(f"it answered {answer.status_code}")
        return found


def refused_by_it(error: object) -> StepError:
    """The refusal with the provider's code (RFC 6749, 4.1.2.1 and 5.2), and none of its words."""
    code = error if isinstance(error, str) and _ERROR.fullmatch(error) else "no known reason"
    return StepError("SGN-09", f"the identity provider refuses: {code}; try again, or ask who keeps it")


def client_secret(settings: Settings) -> str:
    """The client's secret; "" where it has none. Raises StepError SGN-08: its file can't be read."""
    given, file = settings.oidc_client_secret.get_secret_value(), settings.oidc_client_secret_file
    if given or file is None:
        return given
    try:
        lines = file.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        lines = []
    if len(lines) != 1 or not lines[0].isascii():
        raise StepError(
            "SGN-08",
            "oidc_client_secret_file is no file with one word in it; correct it, or set "
            f"{PREFIX}OIDC_CLIENT_SECRET in the environment",
        )
    return lines[0]


def _no_openid(why: str) -> StepError:
    return StepError("SGN-08", f"the identity provider's answer can't be used: {why}")


def _verified(settings: Settings) -> ssl.SSLContext:
    file = settings.oidc_authorities
    try:
        context = ssl.create_default_context(cafile=str(file) if file else None)
    except (OSError, ssl.SSLError):
        raise StepError(
            "SGN-08", "oidc_authorities can't be read; name a file of certificates (PEM)"
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
