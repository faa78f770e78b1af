"""docs/architecture.md describes each room that there is, and its table is what the code imports."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from ledger import schema
from tests.conftest import CHECKOUT

PAGE = (CHECKOUT / "docs" / "architecture.md").read_text("utf-8")
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]
ROOMS = PROJECT["hatch"]["build"]["targets"]["wheel"]["packages"]


def table() -> dict[str, set[str]]:
    """Who may import whom, as the page has it."""
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\| [^|]+ \|$", PAGE, re.MULTILINE)
    return {room: set(re.findall(r"`(\w+)`", imports)) for room, imports in rows}


def imported(room: str) -> set[str]:
    """The other rooms that the modules of a room import, wherever in them."""
    found: set[str] = set()
    for file in (CHECKOUT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return (found & set(ROOMS)) - {room}


@pytest.mark.slow
def test_the_table_is_what_the_code_imports():
    assert table() == {room: imported(room) for room in ROOMS}


def test_each_room_has_its_section_and_no_other_is_named():
    headings = re.findall(r"^## ([a-z_]+)$", PAGE, re.MULTILINE)
    assert headings == list(table())
    assert sorted(headings) == sorted(ROOMS)
    assert all((CHECKOUT / room).is_dir() for room in headings)


@pytest.mark.parametrize("room", ["ledger", "tasks", "edi"])
def test_a_room_of_rooms_has_a_table_of_them(room):
    section = PAGE.split(f"\n## {room}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| [^|]+ \|$", section, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(folder.parent.name for folder in (CHECKOUT / room).glob("*/__init__.py"))


def test_each_operation_is_listed_with_what_it_does():
    folder = CHECKOUT / "tasks" / "operations"
    listed = re.findall(r"^(\w+\.py) +\w", (folder / "__init__.py").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(p.name for p in folder.glob("*.py") if p.name != "__init__.py")


def test_import_linter_watches_each_room_and_its_layers_allow_what_the_table_says():
    contracts = PROJECT["importlinter"]
    assert sorted(contracts["root_packages"]) == sorted(ROOMS)
    [order] = [c["layers"] for c in contracts["contracts"] if c["type"] == "layers" and "containers" not in c]
    levels = [set(level.split(" | ")) for level in order]
    height = {room: -at for at, level in enumerate(levels) for room in level}
    for room, imports in table().items():
        for other in imports & height.keys():
            if room in height:
                assert height[other] < height[room], f"{room} imports {other}"
    inside = next(c for c in contracts["contracts"] if c.get("containers") == ["edi"])
    section = PAGE.split("\n## edi\n")[1].split("\n## ")[0]
    for name in {part for layer in inside["layers"] for part in layer.split(" | ")}:
        assert f"`{name}`" in section, name


def writing_functions() -> set[str]:
    """The functions of `ledger` that open a transaction to write in, as `module.name`."""
    found = set()
    for file in (CHECKOUT / "ledger").rglob("*.py"):
        module = ".".join(file.relative_to(CHECKOUT).with_suffix("").parts)
        for function in ast.parse(file.read_text("utf-8")).body:
            calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
            opened = {call.attr for call in calls if isinstance(call, ast.Attribute)} & {"write", "whole"}
            if isinstance(function, ast.FunctionDef) and opened:
                found.add(f"{module}.{function.name}")
    return found


def used_of_ledger(file: Path) -> set[str]:
    """What a module uses of `ledger`, as `module.name`."""
    tree = ast.parse(file.read_text("utf-8"))
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ledger")
        for alias in node.names
    }
    return set(imported.values()) | {
        f"{imported[node.value.id]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported
    }


def test_the_command_writes_nothing_itself_what_a_person_does_is_an_operation():
    writing = writing_functions()
    assert {"ledger.runs.alerts.settle", "ledger.books.acts.perform"} <= writing
    used = {file.name: used_of_ledger(file) & writing for file in (CHECKOUT / "console").rglob("*.py")}
    assert {name: found for name, found in used.items() if found} == {}


def test_every_link_of_the_page_leads_somewhere():
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE):
        assert (CHECKOUT / "docs" / link).exists(), link
    for path in re.findall(r"`(\w+/[\w/.]+)`", PAGE):
        assert (CHECKOUT / path).exists(), path


def test_every_table_and_column_of_the_ledger_is_in_the_data_dictionary():
    page = (CHECKOUT / "docs" / "reference" / "ledger.md").read_text("utf-8")
    sections = {part.split("\n")[0]: part for part in page.split("\n## ")[1:]}
    assert sorted(sections) == sorted(schema.metadata.tables)
    for name, found in schema.metadata.tables.items():
        for column in found.columns:
            assert f"| `{column.name}` | {str(column.type).lower()} |" in sections[name], (name, column.name)
        assert ("Append-only" in sections[name]) == (name in schema.APPEND_ONLY)
