"""The tree of errors: what is drawn is what there is."""

import pickle
import re

import pytest

from transport import errors
from transport.errors import TransportError

CLASSES = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, TransportError) and kind is not TransportError
]


def test_the_tree_shows_every_class_with_its_code_and_whether_it_is_retryable():
    drawn = {}
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"[ │├└─]+(\w+) +(TRN-\w+)?", line):
            drawn[found[1]] = (found[2], "(retryable)" in line)
    for kind in CLASSES:
        assert kind.__name__ in drawn, f"{kind.__name__} is not drawn"
        code, retryable = drawn[kind.__name__]
        if code is not None:
            assert (kind.code, kind.retryable) == (code, retryable)


def test_codes_are_unique():
    codes = [kind.code for kind in CLASSES]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("kind", CLASSES)
def test_no_remedy_says_that_it_is_tried_again_where_it_is_not(kind):
    says_so = re.search(r"\bit (is|will be) \w+( \w+)? again\b|\btried again\b", kind.default_remedy)
    assert kind.retryable or not says_so
    assert kind.retryable or "run again" not in kind.default_remedy


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_names_partner_problem_and_remedy_and_survives_pickling(kind):
    error = pickle.loads(pickle.dumps(kind("northgate", "something happened")))
    assert type(error) is kind
    assert str(error) == f"{kind.code} northgate: something happened; {error.remedy}"
    assert error.remedy
