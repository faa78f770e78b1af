"""Single faults of SNIP 1 to 5 in clean files: each is found, placed, and gives no others."""

import pytest

import edi
from tests.edi import fault_table
from tests.edi.faults import Fault, clean, counted, damaged, load
from tests.edi.referees import JUDGES, REFEREES

FAULTS = load()
FILES = {f.file: f.kind for f in FAULTS}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_single_fault_is_found_in_its_place_and_nothing_else(fault: Fault):
    found = [(f.code, f.severity, f.snip, f.loop, f.segment, f.element) for f in edi.check(damaged(fault))]
    assert found == [(fault.code, fault.severity, fault.snip, fault.loop, fault.segment, fault.element)]


@pytest.mark.parametrize("file", FILES)
def test_a_clean_file_gives_no_finding_of_any_severity(file):
    assert edi.check(clean(file).encode()) == []
    assert counted(clean(file)) == clean(file)


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_the_referees_accept_the_clean_files_so_their_verdict_counts(file):
    for name, kinds in JUDGES.items():
        if FILES[file] in kinds:
            assert REFEREES[name](clean(file).encode()), name


def test_there_are_faults_of_every_type_in_every_guide():
    assert len(FAULTS) >= 60
    assert {(f.kind, f.snip) for f in FAULTS} == {(k, s) for k in FILES.values() for s in range(1, 6)}
    assert len({(f.kind, f.name) for f in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_found_whatever_the_delimiters(fault: Fault):
    swap = str.maketrans("*:~^", "|>\n}")
    other = damaged(fault).decode("latin-1").translate(swap)
    if not other.startswith("ISA|"):
        return
    found = [(f.code, f.loop, f.segment, f.element) for f in edi.check(other.encode("latin-1"))]
    assert found == [(fault.code, fault.loop, fault.segment, fault.element)]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_of_syntax_or_guide_is_answered_by_a_999_that_a_referee_takes(fault: Fault):
    """SNIP 1-2 and the guide's situations: TA1, IK3 and IK4 name the place; balances and codes go on."""
    [finding] = edi.check(damaged(fault))
    data = edi.acknowledge(damaged(fault))
    assert REFEREES["pyx12"](data)
    acks = list(edi.read_acknowledgments(data))
    answer = finding.answer
    if finding.severity != "error":  # the file is accepted; people see the warning
        assert [t.status for a in acks[1:] for t in a.transactions] == ["A"]
        return
    assert answer is not None
    if answer.report == "277CA":
        assert finding.snip >= 3
        assert (answer.category, answer.status) > ("A3", "")
        assert [t.status for a in acks[1:] for t in a.transactions] == ["A"]
        return
    if answer.report == "TA1":
        assert [(a.status, a.note) for a in acks] == [("R", answer.note)]
        return
    [group] = acks[1:]
    if answer.group:
        assert (group.status, group.codes) == ("R", (answer.group,))
        return
    [transaction] = group.transactions
    assert (group.status, transaction.status) == ("R", "R")
    if answer.transaction:
        assert transaction.codes == (answer.transaction,)
        return
    [noted] = transaction.faults
    assert (noted.segment, noted.position, noted.loop, noted.code) == (
        finding.segment,
        finding.position,
        finding.loop[:4],
        answer.segment,
    )
    assert [e[:2] for e in noted.elements] == ([(finding.element, answer.element)] if answer.element else [])
    assert noted.cause == finding.cause or (noted.cause and noted.cause[2] == (finding.cause or "   ")[2][:4])


def test_a_missing_segment_is_answered_with_what_asks_for_it():
    fault = next(f for f in FAULTS if f.code == "SIT-02")
    [_, group] = edi.read_acknowledgments(edi.acknowledge(damaged(fault)))
    [noted] = group.transactions[0].faults
    assert (noted.segment, noted.loop, noted.code) == ("REF", "2300", "I6")
    assert noted.cause == ("CLM", noted.position, "2300", "5-3")
    assert group.transactions[0].codes == ("I5",)


@pytest.mark.slow
def test_no_message_repeats_a_value_of_the_file():
    for fault in FAULTS:
        for finding in edi.check(damaged(fault)):
            shown = finding.message + finding.fix + finding.place + repr(finding)
            assert "RIVER" not in shown
            assert "M00012345" not in shown
            assert not finding.value or len(finding.value) < 5 or finding.value not in shown


@pytest.mark.slow
def test_the_page_of_faults_is_current():
    """All but the referees' columns; those are written by `python -m tests.edi.fault_table`."""
    kept = fault_table.written()
    text = fault_table.page(FAULTS, lambda name, fault: kept[fault.kind, fault.name][name])
    assert fault_table.PAGE.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.kind == "835"], ids=str)
def test_the_page_says_what_oxedi_says(fault: Fault):
    said = fault_table.judge("oxedi", fault)
    assert said == fault_table.written()[fault.kind, fault.name]["oxedi"]
