"""An office whose people sign in at an identity provider."""

import logging
from collections.abc import Iterator

import pytest

from tests.conftest import WorkingHome
from tests.web.oidc.office import Desk
from tests.web.openid_provider import SECRET, providing


@pytest.fixture
def desk(home: WorkingHome, caplog: pytest.LogCaptureFixture) -> Iterator[Desk]:
    """At the end no code, token or secret is in a log, in the ledger or in a file of the home."""
    caplog.set_level(logging.DEBUG)
    made = Desk(home)
    with providing(made.provider) as provider:
        yield made
    kept = [file for file in home.path.rglob("*") if file.is_file() and file.name != "oidc"]
    found = caplog.text.encode() + b"".join(file.read_bytes() for file in kept)
    assert [one for one in [*provider.given, SECRET] if one and one.encode() in found] == []
