"""Every edit's own two examples, and what holds of all edits together."""

import ast
import inspect
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import coding
from coding.example import CLEAN
from coding.finding import Severity
from config.adjustment_codes import load as load_adjustment_codes

CODES = coding.codes.load()


def checked(findings: list[coding.Finding]) -> list[coding.Finding]:
    """Without what could not be decided because a set is not loaded."""
    return [f for f in findings if f.severity is not Severity.UNCHECKED]


@pytest.mark.parametrize("edit_id", coding.EDITS)
def test_the_passing_example_has_no_finding_at_all(edit_id: str) -> None:
    example = coding.EDITS[edit_id].passes
    assert checked(coding.run(example.claim, example.context(CODES))) == []


@pytest.mark.parametrize("edit_id", coding.EDITS)
def test_the_failing_example_has_exactly_this_edits_finding(edit_id: str) -> None:
    example = coding.EDITS[edit_id].fails
    findings = checked(coding.run(example.claim, example.context(CODES)))
    assert [f.edit_id for f in findings] == [edit_id]
    assert findings[0].place
    assert findings[0].detail


def test_an_edit_that_is_not_asked_for_would_have_found_nothing() -> None:
    """Each edit's examples, and its lines beside those of the next edit, to the payer of every other one."""
    examples = [example for edit in coding.EDITS.values() for example in (edit.passes, edit.fails)]
    contexts = [example.context(CODES) for example in examples]
    for n, example in enumerate(examples):
        claim, beside = example.claim, examples[n - 2].claim
        both = replace(claim, lines=(*claim.lines, *beside.lines), diagnoses=beside.diagnoses)
        for judged in (claim, both):
            for context in (contexts[n], replace(contexts[n], payer=contexts[n - 7].payer)):
                said = {f.edit_id for f in coding.run(judged, context)}
                for edit in coding.EDITS.values():
                    if edit.id not in said and judged.kind in edit.kinds and edit.carries is not None:
                        assert list(edit.check(judged, context)) == [], (edit.id, n)


@pytest.mark.parametrize("edit_id", coding.EDITS)
def test_a_payer_switches_the_edit_off_until_the_day_it_wrote(edit_id: str) -> None:
    example = coding.EDITS[edit_id].fails
    context = example.context(CODES)
    assert context.payer is not None
    off = coding.Switch(edit_id=edit_id, reason="a test", until=context.as_of)
    without = replace(context, payer=replace(context.payer, edits_off=(off,)))
    assert checked(coding.run(example.claim, without)) == []
    lapsed = replace(off, until=date(2026, 1, 1))
    again = replace(context, payer=replace(context.payer, edits_off=(lapsed,)))
    assert [f.edit_id for f in checked(coding.run(example.claim, again))] == [edit_id]


@pytest.mark.parametrize("edit_id", coding.EDITS)
def test_a_payer_raises_the_edit_until_the_day_it_wrote(edit_id: str) -> None:
    example = coding.EDITS[edit_id].fails
    context = example.context(CODES)
    own = [f.severity for f in checked(coding.run(example.claim, context))]

    def under(until: date) -> list[Severity]:
        raised = coding.Switch(edit_id=edit_id, reason="a test", until=until, severity=Severity.HOLD)
        assert context.payer is not None
        payer = replace(context.payer, edits_raised=(raised,))
        return [f.severity for f in checked(coding.run(example.claim, replace(context, payer=payer)))]

    assert under(context.as_of) == [Severity.HOLD] * len(own)
    assert under(context.as_of - timedelta(days=1)) == own


@pytest.mark.parametrize("edit_id", coding.EDITS)
def test_the_claim_that_breaks_the_edit_gives_that_finding_alone_among_holds_and_warnings(
    edit_id: str,
) -> None:
    example = coding.EDITS[edit_id].fails
    findings = coding.run(example.claim, example.context(CODES))
    weighty = [f.edit_id for f in findings if f.severity in (Severity.HOLD, Severity.WARN)]
    assert weighty == [edit_id]


def test_every_edit_has_its_words() -> None:
    for edit in coding.EDITS.values():
        assert edit.title, edit.id
        assert edit.fix, edit.id
        assert edit.why, edit.id
        assert edit.source.authority, edit.id
        assert edit.prevents, edit.id


def test_an_edit_heads_off_codes_that_payers_use() -> None:
    known = {code for _, code in load_adjustment_codes()}
    unknown = {
        (edit.id, code) for edit in coding.EDITS.values() for code in edit.prevents if code not in known
    }
    assert not unknown, "prevents names CARCs and RARCs of config/data/adjustment_codes.tsv"


def test_a_file_is_named_for_its_edit() -> None:
    for edit in coding.EDITS.values():
        module = edit.check.__module__.rpartition(".")[2]
        begins = edit.id.replace("-", "").lower() + "_"
        assert module.startswith(begins), f"{edit.id} belongs in coding/edits/{begins}....py, not {module}.py"


def test_the_clean_claim_is_clean() -> None:
    assert not any(f.holds for f in coding.run(CLEAN.claim, CLEAN.context(CODES)))


@pytest.mark.parametrize("edit_id", coding.EDITS)
def test_an_edit_that_asks_for_the_payer_or_what_it_received_judges_every_payers_claim(edit_id: str) -> None:
    edit = coding.EDITS[edit_id]
    module = inspect.getsource(sys.modules[edit.check.__module__])
    asks = ("context.payer", "context.coverage", "table_name", "of_payer=True")
    if edit_id == "INT-01":  # the bills before it may leave a later payer nothing to pay, and never go there
        return
    assert edit.each_payer or not any(word in module for word in asks)


def test_no_edit_compares_with_the_calendar_but_by_what_the_context_takes_down():
    """`as_of` stands in words alone: what it decided otherwise would not be judged again on the right day."""
    for file in sorted(Path(coding.__file__).with_name("edits").glob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        reads = {node for node in nodes if isinstance(node, ast.Attribute) and node.attr == "as_of"}
        words = {part for text in nodes if isinstance(text, ast.JoinedStr) for part in ast.walk(text)}
        assert reads <= words, file.name
