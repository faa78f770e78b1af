"""Every row of the fault matrix names tests, and every test that it names is there and can run."""

import ast
import re

import pytest

from docs import fault_matrix
from docs.sources import faults
from mock_clearinghouse.faults import OPERATIONS
from tests.conftest import CHECKOUT

TESTS = CHECKOUT / "tests"


def functions(path: str) -> set[str]:
    tree = ast.parse((TESTS / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.slow
def test_every_test_that_the_matrix_names_exists():
    named = {test for row in fault_matrix.ROWS for test in row.tests} | set(fault_matrix.OF_KIND.values())
    missing = [test for test in named if test.split("::")[1] not in functions(test.split("::")[0])]
    assert missing == []


def test_no_row_is_without_a_fault_a_remedy_and_a_test():
    assert len(fault_matrix.ROWS) >= 33
    assert len({(row.where, row.fault) for row in fault_matrix.ROWS}) == len(fault_matrix.ROWS)
    assert [row.fault for row in fault_matrix.ROWS if not (row.done and row.tests)] == []


def test_every_fault_of_the_mock_strikes_a_night():
    assert list(fault_matrix.OF_KIND) == list(OPERATIONS)
    for kind, test in fault_matrix.OF_KIND.items():
        text = (TESTS / test.split("::")[0]).read_text("utf-8")
        assert re.search(rf'"{kind}"', text), kind


def test_every_fault_of_the_mock_is_on_the_page():
    page = faults.pages()["faults.md"]
    assert [kind for kind in OPERATIONS if f"| `{kind}` |" not in page] == []
