"""Who a proxy in front of the console says that it is: by a header, and from the proxy's own addresses alone.

The address is the one that connected here. What the proxy says of the browser's address (X-Forwarded-For) is
taken after that was kept, so that nobody speaks as the proxy by naming its address.
"""

import ipaddress

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from config.settings import Settings
from web.errors import Refused

PEER = "cleanclaim.peer"


class Peer:
    """Keeps the address that connected, before what stands behind takes another one from a header."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[PEER] = (scope.get("client") or ("",))[0]
        await self._app(scope, receive, send)


def named_by(settings: Settings, request: Request) -> str:
    """The name that the proxy's header has; "" where no header is to say it.

    Raises Refused WEB-12: the request is not the proxy's, or it names nobody, or several.
    """
    header = settings.console_user_header
    if not header:
        return ""
    if not _is_proxy(settings, str(request.scope.get(PEER, ""))):
        raise Refused(403, "WEB-12", "this console is reached through its proxy only, which says who asks")
    found = request.headers.getlist(header)
    name = " ".join(_text(found[0]).split()) if len(found) == 1 else ""
    if not name:
        raise Refused(403, "WEB-12", "the proxy did not say who asks; sign in there, or ask who keeps it")
    return name


def _is_proxy(settings: Settings, address: str) -> bool:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:  # a socket of this machine has no address
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ipaddress.ip_network(one) for one in settings.console_proxy_addresses)


def _text(value: str) -> str:
    """A header's bytes as the UTF-8 that proxies send, or as they are."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
