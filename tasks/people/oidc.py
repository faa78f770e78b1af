"""Who signed in at the identity provider: the way there, and whom its ID token names.

OpenID Connect Core 1.0, authorization code flow (3.1) with PKCE (RFC 7636). A sign-in that was begun is one
random value in a cookie of the browser: state, nonce and PKCE verifier are digests of it, so nothing is kept
here meanwhile, and only the browser that began can end it. Roles come from the ledger, never from a token.

    StepError SGN-10   the answer is not of this browser's sign-in, came too late, or came before
    StepError SGN-11   the ID token does not hold: signature, issuer, audience, time or nonce
    StepError SGN-12   the ID token names nobody as the settings want it
    StepError SGN-15   the logout token does not hold (OpenID Connect Back-Channel Logout 1.0, 2.6)
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any, Final

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    JoseError,
)

from config.oidc import redirect_address
from config.settings import Settings
from ledger.people.sessions import NOT_THERE, AtProvider
from tasks.errors import StepError
from tasks.people.identity_provider import ALGORITHMS, IdentityProvider, client_secret, refused_by_it

LASTS: Final = 10 * 60  # seconds that signing in at the provider may take
LEEWAY: Final = 60  # seconds that its clock and ours may differ
_SCOPE = "openid profile email"
_ESSENTIAL = {"essential": True}
_LOGGED_OUT: Final = "http://schemas.openid.net/event/backchannel-logout"
_NOT_HELD: Final = (JoseError, LookupError, TypeError, ValueError, RecursionError)
"""What reading a token that does not hold raises."""


def begun(now: int) -> str:
    """A sign-in that begins at `now` (seconds since the epoch), as the browser's cookie keeps it."""
    return f"{now}.{secrets.token_urlsafe(32)}"


def address_of_provider(provider: IdentityProvider, begun_: str, now: int) -> str:
    """Where the browser goes to sign in. Raises StepError SGN-08."""
    settings = provider.settings
    max_age = settings.oidc_max_age_minutes * 60
    address: str = prepare_grant_uri(
        provider.discovered(now).authorization_endpoint,
        settings.oidc_client_id,
        "code",
        redirect_address(settings),
        _SCOPE,
        state_of(begun_),
        nonce=_of("nonce", begun_),
        code_challenge=create_s256_code_challenge(_of("verifier", begun_)),
        code_challenge_method="S256",
        max_age=str(max_age) if max_age else None,
    )
    return address


def state_of(begun_: str) -> str:
    """The state of a sign-in that was begun, which the provider sends back."""
    return _of("state", begun_)


def belongs(begun_: str, state: str, now: int) -> None:
    """Raises StepError SGN-10: a state is not that of the sign-in that this browser began, or it is over."""
    began_at = begun_.partition(".")[0]
    is_ours = hmac.compare_digest(state_of(begun_).encode(), state.encode("utf-8", "replace"))
    in_time = began_at.isascii() and began_at.isdigit() and 0 <= now - int(began_at[:12]) < LASTS
    if not is_ours or not in_time:
        raise StepError(
            "SGN-10", "this answer is not of a sign-in that was begun here just now; sign in again"
        )


def claims_of(provider: IdentityProvider, begun_: str, answer: Mapping[str, str], now: int) -> CodeIDToken:
    """The claims of the ID token that the provider gives for its answer, each checked.

    Raises StepError SGN-08, SGN-09, SGN-11.
    """
    settings, found = provider.settings, provider.discovered(now)
    if answer.get("iss", settings.oidc_issuer if not found.names_itself else "") != settings.oidc_issuer:
        raise StepError("SGN-11", "the answer is another identity provider's; sign in again")
    if "error" in answer or not answer.get("code"):
        raise refused_by_it(answer.get("error", ""))
    redirect = redirect_address(settings)
    given = provider.exchanged(answer["code"], _of("verifier", begun_), redirect, now)
    try:
        token = _decoded(provider, str(given.get("id_token", "")), now)
        return _checked(settings, token, given, _of("nonce", begun_), now)
    except _NOT_HELD as error:
        why = _why(error)
    raise StepError("SGN-11", f"the ID token does not hold: {why}")


def logged_out(provider: IdentityProvider, text: str, now: int) -> tuple[AtProvider, int]:
    """Who a logout token says is signed out at the provider, and when that was (seconds since the epoch).

    Raises StepError SGN-08, SGN-15.
    """
    try:
        claims = _decoded(provider, text, now).claims
        _check_logout(provider.settings, claims, now)
        return at_provider(provider.settings, claims), int(claims["iat"])
    except _NOT_HELD as error:
        why = _why(error)
    raise StepError("SGN-15", f"the logout token does not hold: {why}")


def at_provider(settings: Settings, claims: Mapping[str, Any]) -> AtProvider:
    """Who a token names at the provider, and which session there, as digests."""
    subject, session = claims.get("sub"), claims.get("sid")
    return AtProvider(
        _of(f"subject {settings.oidc_issuer}", subject) if subject and isinstance(subject, str) else "",
        _of(f"session {settings.oidc_issuer}", session) if session and isinstance(session, str) else "",
    )


def name_in(settings: Settings, claims: Mapping[str, Any]) -> str:
    """The name of the user here whom an ID token names. Raises StepError SGN-12."""
    value = claims.get(settings.oidc_claim)
    if not isinstance(value, str) or not value.strip():
        raise _nobody("it has no such claim; have the provider put it into the ID token")
    if settings.oidc_claim == "email" and claims.get("email_verified") is not True:
        raise _nobody("the provider has not verified the address")
    if value in settings.oidc_people:
        return settings.oidc_people[value]
    if settings.oidc_domain:
        name, at, domain = value.rpartition("@")
        if not at or not name or domain.casefold() != settings.oidc_domain.casefold():
            raise _nobody("the address is of another domain than oidc_domain")
        return name
    if settings.oidc_people:
        raise _nobody("its value is not in oidc_people")
    return value


def has_second_factor(settings: Settings, claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that it asked for a second factor, in a word of the settings."""
    amr = claims.get("amr")
    said = {str(one) for one in (*(amr if isinstance(amr, list) else ()), claims.get("acr"))}
    return not said.isdisjoint(settings.oidc_second_factor)


def look(settings: Settings, now: int) -> str:
    """Why nobody could sign in by the provider now, "" where it can be done: its discovery document, its keys
    and the client's secret are read. Nobody is signed in."""
    try:
        client_secret(settings)
        provider = IdentityProvider(settings)
        provider.keys(now)
    except StepError as error:
        return str(error)
    return ""


def _decoded(provider: IdentityProvider, token: str, now: int) -> jwt.Token:
    """The token, its signature verified; a key that is not known may be a new one."""
    try:
        return jwt.decode(token, provider.keys(now), ALGORITHMS)
    except InvalidKeyIdError:
        return jwt.decode(token, provider.keys(now, newest=True), ALGORITHMS)


def _checked(
    settings: Settings, token: jwt.Token, given: Mapping[str, Any], nonce: str, now: int
) -> CodeIDToken:
    max_age = settings.oidc_max_age_minutes * 60
    claims = CodeIDToken(
        token.claims,
        token.header,
        {
            "iss": {**_ESSENTIAL, "value": settings.oidc_issuer},
            "aud": {**_ESSENTIAL, "value": settings.oidc_client_id},
            "sub": dict(_ESSENTIAL),
        },
        {
            "nonce": nonce,
            "client_id": settings.oidc_client_id,
            "max_age": max_age,
            "access_token": given.get("access_token"),
        },
    )
    claims.validate(now, LEEWAY)
    if max_age and now - claims["auth_time"] > max_age + LEEWAY:
        raise ClaimError("auth_time")
    return claims


def _check_logout(settings: Settings, claims: Mapping[str, Any], now: int) -> None:
    registry = jwt.JWTClaimsRegistry(
        now,
        LEEWAY,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        iat={"essential": True},
        jti={"essential": True},
    )
    registry.validate(dict(claims))
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGGED_OUT), dict):
        raise InvalidClaimError("events")
    if "nonce" in claims:  # so that an ID token is no logout token
        raise InvalidClaimError("nonce")
    if now - int(claims["iat"]) > LASTS:
        raise InvalidClaimError("iat")
    if at_provider(settings, claims) == NOT_THERE:
        raise InvalidClaimError("sub")


def _why(error: Exception) -> str:
    """Why a token does not hold, with nothing that it says."""
    if isinstance(error, ExpiredTokenError):
        return "its time is over; compare this machine's clock with the provider's"
    if isinstance(error, ClaimError):
        return f"{error.claim} is missing or is not what it must be"
    if isinstance(error, BadSignatureError):
        return "its signature is not the provider's"
    if isinstance(error, InvalidKeyIdError):
        return "it names a key that the provider does not publish"
    return "it can't be read, or is signed in a way that is not taken here"


def _of(what: str, begun_: str) -> str:
    return hashlib.sha256(f"oidc {what} {begun_}".encode("utf-8", "replace")).hexdigest()


def _nobody(why: str) -> StepError:
    return StepError("SGN-12", f"the ID token names nobody by oidc_claim: {why}")
