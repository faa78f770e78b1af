"""What `python -m bench` runs."""

from bench.__main__ import chosen, measurements


def test_words_behind_a_measurement_are_its_own():
    there = measurements()
    assert {"scale", "nights", "console"} <= set(there)
    assert chosen([], there) == [(name, []) for name in there]
    given = ["scale", "1000", "--databases", "sqlite", "nights", "--claims", "500"]
    assert chosen(given, there) == [
        ("scale", ["1000", "--databases", "sqlite"]),
        ("nights", ["--claims", "500"]),
    ]
