"""Opened homes between requests: kept where all went well or was refused, closed where something broke."""

import pytest
from sqlalchemy.exc import OperationalError

from config.settings import load
from tests.conftest import WorkingHome
from web.errors import Refused, not_there
from web.homes import Homes


def test_a_home_is_used_again_after_a_refusal_and_not_after_its_request_broke(home: WorkingHome):
    homes = Homes(load(home.path))
    with homes.one() as first:
        pass
    with pytest.raises(Refused), homes.one() as refused:
        raise not_there("claim")
    assert refused is first
    with pytest.raises(OperationalError), homes.one() as broken:
        raise OperationalError("", None, ConnectionError())  # it has a `code`, and is no refusal of ours
    assert broken is first
    with homes.one() as other:
        assert other is not first
    homes.close()
