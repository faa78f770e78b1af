"""Whether the settings are whole for signing in by OpenID Connect, and which addresses may be used for it."""

from typing import Final
from urllib.parse import urlsplit

from config.settings import Settings

BEGINS: Final = "/sign-in/oidc"
ANSWER: Final = "/sign-in/oidc/answer"
"""The path of the console to which the identity provider sends the browser back."""
LOGOUT: Final = "/sign-in/oidc/logout"
"""The path of the console to which the identity provider says who signed out there."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def lacking(settings: Settings) -> str:
    """What the settings lack for it; "": nothing, or nobody signs in by it."""
    if not settings.oidc_issuer:
        return ""
    if not settings.oidc_client_id or not settings.console_url:
        return "oidc_issuer wants oidc_client_id and console_url"
    if settings.console_user_header:
        return "console_user_header and oidc_issuer both say who signs in; leave one of them out"
    if not may_be_asked(settings, settings.oidc_issuer):
        return "oidc_issuer is no https address; in the clear, and from a home of the demo, only this machine"
    if not may_be_asked(settings, settings.console_url) or not _is_a_host_alone(settings.console_url):
        return "console_url is no https address of a host alone; in the clear only this machine"
    return ""


def redirect_address(settings: Settings) -> str:
    """Where the identity provider sends the browser back to, as it is registered there."""
    return settings.console_url.rstrip("/") + ANSWER


def may_be_asked(settings: Settings, address: str) -> bool:
    """Whether an address is encrypted, or this machine's; from a home of the demo only this machine's."""
    try:
        parts = urlsplit(address)
        here = parts.hostname in _LOOPBACK
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None:
        return False
    return here if parts.scheme == "http" or settings.demo else parts.scheme == "https"


def _is_a_host_alone(address: str) -> bool:
    parts = urlsplit(address)
    return not (parts.path.strip("/") or parts.query or parts.fragment)
