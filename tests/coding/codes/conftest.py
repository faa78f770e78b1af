"""The encoder of the code sets that are shipped."""

import pytest

import coding
from coding.codes.encoder import Encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    found = coding.codes.load().encoder
    assert found is not None
    return found
