"""Every command that a piece of work names can be typed."""

import shlex
from dataclasses import fields, replace

import pytest
import typer

from console.command import app
from ledger.queries.work_queue import Item
from tasks.work import commands

PLAIN = {int: 0, bool: False, float: 0.0, str: "x"}
ITEM = Item(**{f.name: PLAIN.get(f.type, 7) for f in fields(Item)})
KINDS = [*commands._OF_KIND, "provider_level"]


def typed_by(item):
    return [c.typed for c in commands.commands_of(item)]


def parse(typed):
    """As the shell and the command line take it, without doing it. Raises where it can't be typed."""
    for placeholder, example in (("YYYY-MM-DD", "2027-01-31"), (" REMITTANCE", " 5"), (" DEPOSIT", " 6")):
        typed = typed.replace(placeholder, example)
    words = shlex.split(typed)
    assert words.pop(0) == "cleanclaim"
    command = typer.main.get_command(app)
    context = command.make_context("cleanclaim", [], resilient_parsing=True)
    while hasattr(command, "get_command"):
        name = words.pop(0)
        found = command.get_command(context, name)
        if found is None and getattr(command, "invoke_without_command", False):
            return
        assert found is not None, typed
        command, context = found, typer.Context(found, info_name=name, parent=context)
        if not words:
            break
    if not hasattr(command, "get_command"):
        command.make_context(command.name, words, parent=context.parent)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_of_work_names_can_be_typed(kind):
    by_id = (
        "suspense",
        "remittance",
        "quarantined",
        "enrolment",
        "inquiry_refused",
        "deposit",
        "undeposited",
        "unbilled_visit",
        "plan_missed",
        "estimate_due",
        "estimate_to_give",
        "estimate_exceeded",
    )
    number = "12" if kind in by_id else "N-1 'x"
    typed = typed_by(replace(ITEM, kind=kind, reference=number, claim_id=7, line=2))
    assert typed
    for one in typed:
        parse(one)


@pytest.mark.parametrize("way", commands._OF_WAY)
def test_what_a_way_out_of_a_denial_names_can_be_typed(way):
    typed = typed_by(replace(ITEM, kind="denial", owed=True, way=way, line=2))
    assert typed[-1] == 'cleanclaim work write-off 0 --why "..."'
    for one in typed:
        parse(one)


def test_under_appeal_its_end_is_all_that_is_named():
    typed = typed_by(replace(ITEM, kind="denial", owed=True, way="APPEAL", under_appeal=True))
    assert [one.split()[2] for one in typed] == ["appeal-lost", "appeal-withdraw"]


@pytest.mark.parametrize(("next_payer", "named"), [("beacon", True), ("", False)])
def test_the_next_payer_is_named_where_there_is_one(next_payer, named):
    found = commands.commands_of(
        replace(ITEM, kind="denial", owed=True, way="NEXT_PAYER_OR_PATIENT", next_payer=next_payer)
    )
    assert ("Bill beacon, the next payer" in [c.words for c in found]) == named
    assert any("bill-next" in c.typed for c in found) == named


@pytest.mark.parametrize("announced", [True, False])
def test_a_recoupment_that_was_only_announced_can_be_paid(announced):
    action = "The payer announced a recoupment under R1: ..." if announced else "The payer recouped money"
    typed = typed_by(replace(ITEM, kind="provider_level", action=action, reference="R1"))
    assert any(
        one.startswith("cleanclaim refunds pay --payer x --practice x --reference R1") for one in typed
    ) == (announced)


def test_a_command_that_is_none_is_found_out():
    with pytest.raises(Exception, match="No such option"):
        parse("cleanclaim work write-off 3 --wherefore x")


def test_every_way_of_the_table_of_codes_has_its_commands():
    from config.adjustment_codes import load

    ways = {code.fix_path for code in load().values()} - {"", "NONE", "RESEARCH", "WAIT"}
    assert ways <= set(commands._OF_WAY)
