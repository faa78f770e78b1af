"""The faults themselves: none that is not described, none that no test provokes."""

import re
from pathlib import Path

from mock_clearinghouse import faults
from mock_clearinghouse.faults import OPERATIONS, Fault, Faults

TESTS = Path(__file__).parents[1]


def test_every_kind_is_described_with_where_it_strikes():
    described = re.findall(r"^    (\w+) +(any operation|\w+) +[a-z]", faults.__doc__ or "", re.MULTILINE)
    assert [kind for kind, _ in described if kind != "kind"] == list(OPERATIONS)
    for kind, where in described[1:]:
        assert where == "any operation" or OPERATIONS[kind] == (where,)


def test_every_kind_is_provoked_by_a_test():
    texts = "".join(
        path.read_text()
        for room in ("transport", "mock_clearinghouse", "tasks")
        for path in (TESTS / room).rglob("test_*.py")
    )
    for kind in OPERATIONS:
        assert re.search(rf'fault\("{kind}"|kind = "{kind}"|\("{kind}", ', texts), f"no test provokes {kind}"


def test_a_fault_strikes_where_it_fits_from_its_turn_on_and_so_often():
    book = Faults((Fault(kind="drop", operation="write", file="*.837*", nth=2, times=2),))
    assert [bool(book.strike("write", file="a.837.part")) for _ in range(5)] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert book.strike("read", file="a.837") == []
    assert book.strike("write", file="a.835") == []


def test_zero_times_is_always():
    book = Faults((Fault(kind="sweep", operation="commit", times=0),))
    assert all(book.strike("commit", file="a") for _ in range(10))
