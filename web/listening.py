"""Where the console listens. In the clear it listens on this machine only."""

import ipaddress
import socket

from config.oidc import lacking
from config.settings import Settings
from web.errors import Refused


def names(settings: Settings) -> list[str]:
    """The names under which the console is reached; every other one is refused."""
    host = settings.console_host
    own = [f"[{host}]" if ":" in host else host, *settings.console_names]
    return [*own, "localhost", "127.0.0.1", "[::1]"]


def is_secure(settings: Settings) -> bool:
    """Whether browsers speak TLS with it: itself, or by a proxy in front of it."""
    return settings.console_certificate is not None or settings.console_behind_proxy


def check(settings: Settings) -> None:
    """Raises Refused WEB-10: it would listen in the clear for other machines, half of a certificate is named,
    or a proxy's header without a proxy; WEB-13: a setting of the identity provider is missing."""
    lacks = lacking(settings)
    if lacks:
        raise Refused(500, "WEB-13", lacks)
    if (settings.console_certificate is None) != (settings.console_certificate_key is None):
        raise Refused(500, "WEB-10", "name both console_certificate and console_certificate_key, or neither")
    if settings.console_user_header and not settings.console_behind_proxy:
        raise Refused(
            500, "WEB-10", "console_user_header wants console_behind_proxy = true: only a proxy may say it"
        )
    if is_secure(settings) or is_loopback(settings.console_host):
        return
    raise Refused(
        500,
        "WEB-10",
        f"console_host {settings.console_host} is not this machine alone: patients' data would cross the "
        "network in the clear. Name console_certificate and console_certificate_key, or say "
        "console_behind_proxy = true where a proxy of yours speaks TLS",
    )


def is_loopback(host: str) -> bool:
    """Whether every address of a host is this machine's own."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in found)
