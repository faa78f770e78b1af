"""What is said to be sound has nothing that the slower look would find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import validation
from intake.validation import Refused

texts = st.one_of(st.text(max_size=6), st.sampled_from(["a\x07b", "\ud800", "x" * 1_001, "line\nline"]))
values = st.recursive(
    st.one_of(st.none(), st.integers(), texts, st.just(Refused("it is no day"))),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
documents = st.dictionaries(st.one_of(texts, st.sampled_from(["note", "id"])), values, max_size=4)


@pytest.mark.slow
@given(documents)
def test_a_document_that_is_sound_has_nothing_wrong_in_any_field(data):
    wrong = list(validation._wrong(data, ""))
    if validation._sound(data):
        assert wrong == []
    else:
        assert wrong or any(_doubtful(data))


def _doubtful(value):
    """Where the quick look cannot know: the name of the field decides, or a sign no screen shows."""
    if isinstance(value, str):
        yield not value.isprintable() or len(value) > validation.LONGEST
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield not key.isprintable()
            yield from _doubtful(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _doubtful(inner)
