"""Who is notified, and by what: from the settings, with their secrets."""

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from config.settings import PREFIX, Settings

MAIL, WEBHOOK = "mail:", "webhook"


class NotTaken(Exception):
    """A notice was not taken; why, in our own words. What a server says may quote anything."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """`name` is what the ledger knows it by: mail:ADDRESS, or webhook."""

    name: str

    @property
    def address(self) -> str:
        """The e-mail's address; "" of a webhook."""
        return self.name.removeprefix(MAIL) if self.name.startswith(MAIL) else ""


def recipients(settings: Settings) -> tuple[Recipient, ...]:
    """Everybody who is notified, each once."""
    names = dict.fromkeys(f"{MAIL}{address.lower()}" for address in settings.notify_emails)
    if settings.webhook_url.get_secret_value() or settings.webhook_url_file:
        names[WEBHOOK] = None
    return tuple(Recipient(name) for name in names)


def secret(given: SecretStr, file: Path | None, name: str) -> str:
    """A secret of the settings: as it was given, or its file's first line. Raises NotTaken where the file
    can't be read."""
    if given.get_secret_value() or file is None:
        return given.get_secret_value()
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise NotTaken(
            f"{name}_file can't be read; check its path and rights, or set "
            f"{PREFIX}{name.upper()} in the environment"
        ) from None
    return lines[0].strip() if lines else ""


def checked_url(settings: Settings, url: str, name: str) -> str:
    """An address that may be posted to: https, or this machine. Raises NotTaken."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise NotTaken(f"{name} is no address like https://host/path")
    if settings.demo or parts.scheme == "http":
        only_this_machine(settings, parts.hostname, name)
    return url


def only_this_machine(settings: Settings, host: str, name: str) -> None:
    """Raises NotTaken where a host is another machine: in the clear, and from a home of the demo, none is
    reached."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        raise NotTaken(f"the host of {name} can't be resolved") from None
    if not all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in found):
        why = "a home made for the demo reaches this machine only" if settings.demo else "it is not encrypted"
        raise NotTaken(f"the host of {name} is another machine, and {why}")


def verified(settings: Settings) -> ssl.SSLContext:
    """TLS that verifies the server, by the settings' authorities. Raises NotTaken: they can't be read."""
    file = settings.notify_authorities
    try:
        context = ssl.create_default_context(cafile=str(file) if file else None)
    except (OSError, ssl.SSLError):
        raise NotTaken("notify_authorities can't be read; name a file of certificates (PEM)") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
