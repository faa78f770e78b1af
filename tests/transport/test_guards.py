"""What is refused before anything connects."""

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

import transport
from transport import SftpSite, check_usage
from transport.errors import NotLoopback, UsageMismatch

SITE = SftpSite(
    key="northgate",
    host="127.0.0.1",
    user="u",
    key_file=Path("/none"),
    host_key="ssh-ed25519 AAAA",
    usage="T",
)


def test_a_test_batch_goes_to_a_test_partner():
    check_usage("T", SITE, demo=False)
    check_usage("T", SITE, demo=True)


def test_a_production_batch_goes_to_a_production_partner():
    check_usage("P", replace(SITE, usage="P"), demo=False)


@pytest.mark.parametrize(
    ("isa15", "usage", "demo"),
    [("P", "T", False), ("T", "P", False), ("P", "P", True), ("", "T", False), ("X", "X", False)],
)
def test_test_and_production_are_never_mixed(isa15, usage, demo):
    with pytest.raises(UsageMismatch):
        check_usage(isa15, replace(SITE, usage=usage), demo=demo)


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "0.0.0.0"])
def test_a_demo_home_reaches_loopback_only_and_does_not_even_try(host, make_mock):
    place = make_mock()
    with pytest.raises(NotLoopback):
        transport.open(replace(place.site, host=host), loopback_only=True)


def test_a_name_for_this_machine_is_loopback(make_mock):
    with make_mock().open(host="localhost") as partner:
        assert partner.list() == []


def test_nothing_connects_before_the_guards_have_passed(make_mock):
    place = make_mock()
    accepted = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        with pytest.raises(transport.TransportError):
            place.open(port=listening.getsockname()[1], key_file=Path("/nowhere/key"))
        with pytest.raises(TimeoutError):
            listening.accept()
    assert not accepted.is_set()
