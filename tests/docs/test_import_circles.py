"""No module imports itself by way of others, nor does a room, wherever in a module the import stands."""

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from tests.conftest import CHECKOUT

LINTER = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]

Imports = Mapping[str, Collection[str]]


@pytest.fixture(scope="module")
def imports() -> Imports:
    """By module what it imports: also in functions, and for types alone."""
    graph = grimp.build_graph(*LINTER["root_packages"], cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def a_circle(imports: Imports) -> list[str]:
    """The modules of a circle in the order of their imports; none: there is no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def by_room(imports: Imports, room_of: Callable[[str], str]) -> Imports:
    """By room the other rooms that its modules import."""
    found: dict[str, set[str]] = {}
    for module, others in imports.items():
        room = room_of(module)
        found.setdefault(room, set()).update(map(room_of, others))
        found[room].discard(room)
    return found


def siblings() -> Iterator[tuple[str, str]]:
    """Rooms that import one another on purpose, as pyproject.toml says by `:`, and what they are together."""
    for contract in LINTER["contracts"]:
        for layer in contract.get("layers", ()):
            for container in contract.get("containers", ()):
                for name in layer.split(" : ") if ":" in layer else ():
                    yield f"{container}.{name}", f"{container}.({layer})"


def test_no_module_imports_itself_by_way_of_others(imports):
    assert len(imports) > 1000
    assert a_circle(imports) == []


def test_no_room_imports_itself_by_way_of_others(imports):
    assert a_circle(by_room(imports, lambda module: module.split(".")[0])) == []


def test_no_room_of_a_room_does_but_for_those_that_are_side_by_side(imports):
    together = dict(siblings())

    def room_of(module: str) -> str:
        room = ".".join(module.split(".")[:2])
        return together.get(room, room)

    assert a_circle(by_room(imports, room_of)) == []


def test_a_circle_is_found_and_named_in_the_order_of_its_imports():
    found = a_circle({"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": []})
    assert len(found) == 4
    assert found[0] == found[-1]
    assert "".join(found) in ("abca", "bcab", "cabc")
