from docs import generate


def test_every_generated_page_is_current():
    assert generate.stale(generate.pages()) == [], "run `make docs` and commit what it writes"
