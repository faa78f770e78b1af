"""What is checked before anything connects: usage and loopback."""

import ipaddress
import socket
from typing import Any

from config.clearinghouse import Clearinghouse
from transport.errors import NotLoopback, Unreachable, UsageMismatch
from transport.site import Site

Address = tuple[Any, ...]


def check_usage(isa15: str, clearinghouse: Clearinghouse | Site, *, demo: bool) -> None:
    """Refuse to mix test and production. `isa15` is the batch's usage indicator, T or P.

    Raises UsageMismatch if it differs from the partner's usage, if it is neither T nor P, or if a
    demo home would send production data.
    """
    partner, usage = clearinghouse.key, clearinghouse.usage
    if isa15 not in ("T", "P"):
        raise UsageMismatch(partner, "the batch's usage indicator (ISA15) is neither T nor P")
    if isa15 != usage:
        raise UsageMismatch(partner, f"the batch is marked {isa15} (ISA15), the partner accepts {usage}")
    if demo and isa15 == "P":
        raise UsageMismatch(partner, "a demo home cannot send a production batch")


def addresses_of(partner: str, host: str, port: int, *, loopback_only: bool) -> list[Address]:
    """The socket addresses of a host, from `socket.getaddrinfo`, resolved once.

    With `loopback_only`, all of them must be loopback addresses. The caller connects to the addresses
    returned here, so the name cannot resolve differently in between. Raises NotLoopback, or
    Unreachable if the name is unknown.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(partner, f"the host name cannot be resolved ({error})") from None
    if loopback_only:
        for *_, address in found:
            if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback:
                raise NotLoopback(partner, f"{host} is not this machine")
    return found
