import pytest

from docs import generate


@pytest.mark.slow
def test_every_generated_page_is_current():
    assert generate.stale(generate.pages()) == [], "run `make docs` and commit what it writes"
