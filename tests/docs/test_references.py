"""The references say what is there: every command that a document names, every key, code and edit."""

import re
import tomllib
from pathlib import Path

import pytest

from coding import EDITS
from docs.sources import commands, edits, finding_codes, settings

CHECKOUT = Path(__file__).parents[2]
DOCUMENTS = sorted([CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md")])


def known():
    """Commands and their groups by name: "edi", "edi check"."""
    names = {name.removeprefix("cleanclaim ") for name in commands.commands()}
    return names | {name.split()[0] for name in names}


def said(text):
    """What a document calls: in a line of code, or between backticks."""
    code = re.findall(r"`(cleanclaim [^`\n]+)`", text)
    for block in re.findall(r"(?ms)^```.*?^```", text):
        code += [line for line in map(str.strip, block.splitlines()) if line.startswith("cleanclaim ")]
    return [re.split(r"  +|`", call.strip("`"))[0] for call in code]  # what follows two blanks is a remark


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_every_command_that_a_document_names_exists(document):
    names = known()
    for call in said(document.read_text("utf-8")):
        words = call.split()[1:]
        if not words or not re.fullmatch(r"[a-z|]+", words[0]):
            continue
        group = words[0]
        assert group in names, call
        inner = {name.split()[1] for name in names if name.startswith(f"{group} ")}
        if inner and len(words) > 1 and re.fullmatch(r"[a-z|]+", words[1]):
            assert set(words[1].split("|")) <= inner, call


def test_every_command_and_every_option_has_its_words():
    for name, command in commands.commands().items():
        assert command.help, name
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                assert parameter.help, f"{name} {parameter.name}"


def test_every_command_is_in_the_reference():
    text = commands.pages()["reference/commands.md"]
    assert [n for n in commands.commands() if f"## {n}\n" not in text] == []


def test_every_kind_of_finding_is_in_the_reference_with_a_remedy():
    text = finding_codes.pages()["reference/edi-findings.md"]
    kinds = finding_codes.kinds()
    assert len(kinds) > 60
    assert [k.code for k in kinds if f"| {k.code} |" not in text or not k.fix or not k.title] == []


def test_every_key_of_the_settings_says_what_it_means():
    rows = re.findall(
        r"^\| `(\w+)` \|.*\| ([^|]*) \|$", settings.pages()["reference/settings.md"], re.MULTILINE
    )
    assert len(rows) > 100
    assert [key for key, meaning in rows if not meaning.strip()] == []


def test_every_edit_has_a_page_with_its_examples_and_its_switch():
    found = edits.pages()
    assert {f"reference/edits/{id}.md" for id in EDITS} | {"reference/edits/index.md"} == set(found)
    for id in EDITS:
        page = found[f"reference/edits/{id}.md"]
        assert f'id = "{id}"' in page
        assert "**Passes**" in page
        assert "**Fails**" in page
        assert "object at 0x" not in page


def links(document):
    """The files that a document leads to or shows."""
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
    return [(document.parent / one).resolve() for one in targets if "://" not in one]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_every_file_that_a_document_links_to_exists(document):
    assert [str(one) for one in links(document) if not one.exists()] == []


def test_a_document_of_the_wheel_links_to_what_the_wheel_has():
    wheel = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]
    shipped = [CHECKOUT / name for name in wheel["wheel"]["shared-data"]]
    assert sum(one.suffix == ".md" for one in shipped) > 10
    for document in (one for one in shipped if one.suffix == ".md"):
        for target in links(document):
            inside = any(target == one or one in target.parents for one in shipped)
            elsewhere = {CHECKOUT / "deploy", CHECKOUT / "tests"} & set(target.parents)  # of the checkout
            assert inside or elsewhere, f"{document.name}: {target.name}"


def test_each_picture_is_of_a_page_that_the_script_draws_and_is_shown_somewhere():
    from docs.pictures import FOLDER, PICTURES, TWO_COMMANDS

    there = {one.stem for one in FOLDER.iterdir()}
    assert there == {TWO_COMMANDS, *(one.name for one in PICTURES)}
    assert {one.stem for document in DOCUMENTS for one in links(document) if one.parent == FOLDER} == there
