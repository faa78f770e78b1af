"""What the readers read the writers write: the same segments in the same order."""

import csv
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import edi
from edi import guides
from edi.declare.delimiters import Delimiters
from tests.edi.claims.test_files import claims
from tests.edi.comparing import (
    ANEW,
    again,
    differences,
    envelope_of,
    interchanges,
    segments,
    unlike,
    without_numbers,
)
from tests.edi.faults import KINDS, clean, counted, damaged, load
from tests.edi.generating import ClaimMaker
from tests.edi.other_samples import dental_claim, inpatient_claim, institutional_claim, orthodontic_claim
from tests.edi.remittances.test_files import BY_HAND
from tests.edi.samples import ENVELOPE, SHARED, claim, full_claim, remittance
from tests.edi.test_generated import written
from tests.fuzz.documents import X12
from tests.fuzz.documents import damaged as wounded
from tests.seeds import seed

HERE = Path(__file__).parent
GUIDES = [guide for guide in guides.all_guides() if guide.kind.startswith(("837", "835"))]
FILES = [
    path
    for folder in ("whole", "clean", "cases", "handwritten")
    for path in sorted((HERE / folder).iterdir())
    if edi.read_envelopes(path)[0].kinds in ({"837"}, {"835"})
    and not path.name.startswith("version_")  # of a guide that is not known: the writers name ours
]
# The writers make envelopes and levels anew, so a fault there is not written again.
FAULTS = [fault for fault in load() if fault.segment not in ANEW and fault.name != "Segment behind SE"]
LEVELS = [fault for fault in FAULTS if fault.segment == "HL"]
# A patient's level that says it is a subscriber's leaves the subscriber above it without a claim to keep it.
CLAIMLESS = [fault for fault in LEVELS if fault.name == "Patient's level code of a subscriber"]
# The 835s of cases that went wrong elsewhere, those that no error is found in.
CASES = [
    path
    for pattern in ("x12/*.835", "payments/*/*.835")
    for path in sorted((SHARED.parents[1] / "cases").glob(pattern))
    if not any(f.severity == "error" for f in edi.check(path))
]
VALID = []
if SHARED.is_dir():
    with (SHARED / "INDEX.tsv").open() as index:
        VALID = [
            SHARED / row["path"]
            for row in csv.DictReader(index, delimiter="\t")
            if row["expected"] == "valid(presumed)"
            and (
                row["transaction_set"] == "835"
                or (row["transaction_set"][:3] == "837" and row["claims"] != "0")
            )
        ]


def test_there_are_files_of_every_kind():
    assert {path.stem for path in FILES} >= {"professional", "institutional", "dental", "remittance"}
    assert len(FILES) >= 9
    assert len(VALID) >= 28 or not SHARED.is_dir()


@pytest.mark.parametrize("path", [*FILES, *VALID, *CASES], ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_file_is_written_as_it_was_read(path):
    several = list(interchanges(path.read_bytes()))
    assert several
    for data in several:
        assert differences(data, again(data)) == []


@pytest.mark.parametrize(
    "data",
    [
        edi.write_claims([claim(), full_claim(), claim(patient_control_number="P3")], ENVELOPE),
        edi.write_claims([institutional_claim(), inpatient_claim()], ENVELOPE),
        edi.write_claims([dental_claim(), orthodontic_claim()], ENVELOPE),
        edi.write_claims([claim(), inpatient_claim(), orthodontic_claim()], ENVELOPE),
        edi.write_claims([claim() for _ in range(5)], replace(ENVELOPE, claims_per_transaction=2)),
        edi.write_remittances([remittance(), remittance(trace="EFT0002")], ENVELOPE),
        BY_HAND,
    ],
    ids=["professional", "institutional", "dental", "three kinds", "three sets", "remittances", "by hand"],
)
def test_what_was_written_from_records_is_written_again(data):
    assert differences(data, again(data)) == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in LEVELS], ids=str)
def test_a_file_with_a_fault_below_its_envelope_is_written_as_it_was_read(fault):
    data = damaged(fault)
    assert differences(data, again(data)) == []


@pytest.mark.parametrize("fault", [fault for fault in LEVELS if fault not in CLAIMLESS], ids=str)
def test_a_file_with_a_fault_in_its_levels_is_written_as_it_was_read_but_for_their_hl(fault):
    data = damaged(fault)
    read, made = ([s for s in segments(each) if s[0] != "HL"] for each in (data, again(data)))
    assert unlike(read, made) == []


@pytest.mark.parametrize("file", ["professional", "institutional"])
def test_a_claim_whose_billing_provider_is_missing_is_written_as_it_was_read_but_for_its_level(file):
    segments_of = clean(file).split("~")
    at = [n for n, s in enumerate(segments_of) if s.startswith("HL*")]
    data = counted("~".join([*segments_of[: at[0]], *segments_of[at[1] :]])).encode()
    read, made = (without_numbers(segments(each)) for each in (data, again(data)))
    level = next(n for n, s in enumerate(made) if s[0] == "HL")
    assert made[level] == ["HL", "20", "1"]
    assert unlike(read, [*made[:level], *made[level + 1 :]]) == []


@pytest.mark.slow
@pytest.mark.parametrize("file", KINDS)
def test_a_segment_that_no_guide_knows_is_written_where_it_was_read(file):
    segments_of = clean(file).split("~")
    last = next(n for n, s in enumerate(segments_of) if s.startswith("SE*"))
    for at in range(4, last + 1):
        data = counted("~".join([*segments_of[:at], "ZZZ*1", *segments_of[at:]])).encode()
        assert differences(data, again(data)) == [], segments_of[at - 1]


@pytest.mark.slow
@pytest.mark.parametrize("file", KINDS)
def test_a_repeat_too_many_is_written_where_it_was_read(file):
    """A segment a hundred times more: no guide takes any but a few so often."""
    segments_of = clean(file).split("~")
    for at, one in enumerate(segments_of):
        if one.split("*")[0] in ("REF", "DTP", "DTM", "NTE", "AMT", "HI", "K3", "CAS", "LQ", "TS3"):
            data = counted("~".join([*segments_of[:at], *[one] * 100, *segments_of[at:]])).encode()
            assert differences(data, again(data)) == [], one


def named(claim):
    """A claim or claim payment by its number and how many lines it has."""
    return claim.patient_control_number, len(claim.lines)


def those_written(files, write):
    """Of damaged files those that can be read, each with what was written of it; the others are refused by a
    code."""
    written_again, codes = 0, set()
    for data in files:
        try:
            made = write(data)
        except edi.EdiError as refused:
            codes.add(refused.code)
            continue
        written_again += 1
        yield data, made
    assert written_again > 20
    assert codes <= {"EDI-01", "EDI-02"}


def damaged_anywhere(data):
    draw = random.Random(seed())
    return (wounded(data, draw) for _ in range(150))


def test_a_damaged_claim_file_is_refused_with_a_code_or_keeps_its_claims():
    for data, made in those_written(
        damaged_anywhere(X12["claims.837"]), lambda data: edi.write_claims(edi.read_claims(data), ENVELOPE)
    ):
        assert {named(c) for c in edi.read_claims(data)} <= {named(c) for c in edi.read_claims(made)}


def test_a_damaged_remittance_file_is_refused_with_a_code_or_keeps_its_claims():
    for data, made in those_written(
        damaged_anywhere(X12["paid.835"]),
        lambda data: edi.write_remittances(edi.read_remittances(data), ENVELOPE),
    ):
        read, again_read = (
            [named(c) for one in edi.read_remittances(file) for c in one.claims] for file in (data, made)
        )
        assert read == again_read


ENVELOPES = re.compile(rb"(ISA|GS|ST|SE|GE|IEA|TA1|HL)\*|ISA|IEA")


def damaged_behind(data, begins):
    """A file that is damaged anywhere behind its first claim's first segment, but for its envelope."""
    draw = random.Random(seed())
    start, stop = data.index(b"~", data.index(begins)) + 1, data.index(b"\nSE*") + 1
    for _ in range(200):
        inside = wounded(data[start:stop], draw)
        if not ENVELOPES.search(inside):
            yield data[:start] + inside + b"~" + data[stop:]


# Another payer's SBR or NM1 that is torn from its loop is read as the next subscriber's.
WITHOUT_OTHERS = edi.write_claims([replace(full_claim(), other_payers=())], ENVELOPE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("whole", "begins"),
    [(WITHOUT_OTHERS, b"CLM*"), (X12["paid.835"], b"CLP*")],
    ids=["claims", "remittance"],
)
def test_whatever_is_damaged_below_the_levels_is_refused_with_a_code_or_written_as_it_was_read(whole, begins):
    for data, made in those_written(damaged_behind(whole, begins), again):
        assert differences(data, made) == []
        assert again(made) == made


def misplaced(file, begins, draw):
    """A clean file with segments below its levels taken out, doubled or moved: up to four at a time."""
    found = clean(file).split("~")
    first = next(n for n, s in enumerate(found) if s.startswith(begins))
    stop = next(n for n, s in enumerate(found) if n > first and s.startswith(("HL*", "LX*2", "SE*")))
    inside = found[first:stop]
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(1, len(inside))
        what = draw.randrange(3)
        one = inside[at] if what == 1 else inside.pop(at)
        if what:
            inside.insert(draw.randrange(1, len(inside)), one)
    return counted("~".join([*found[:first], *inside, *found[stop:]])).encode()


@pytest.mark.slow
@pytest.mark.parametrize(("file", "begins"), [(k, "CLP*" if k == "remittance" else "CLM*") for k in KINDS])
def test_segments_that_are_misplaced_below_the_levels_are_written_where_they_were_read(file, begins):
    draw = random.Random(seed())
    for _ in range(60):
        data = misplaced(file, begins, draw)
        assert differences(data, again(data)) == []


def test_a_transaction_header_that_stands_twice_is_written_twice_and_the_next_time_too():
    data = clean("remittance").replace("ST*835*0001~", "ST*835*0001~SE*2*0001~ST*835*0002~ST*835*0002~", 1)
    once = again(data.encode())
    assert differences(data.encode(), once) == []
    assert once.count(b"ST*835*0002~") == 2
    assert again(once) == once


def test_groups_and_sets_keep_the_names_that_they_were_read_with():
    """Two groups of other applications, two sets of other submitters; a new envelope names all anew."""
    text = clean("professional")
    head, rest = text.split("GS*", 1)
    group, tail = ("GS*" + rest).split("IEA*", 1)
    start, one = group.split("ST*", 1)
    one, end = ("ST*" + one).split("GE*", 1)
    other = one.replace("NM1*41*2*MAPLE MEDICAL GROUP", "NM1*41*2*Oak Billing")
    sender, receiver = start.split("*")[2:4]
    renamed = start.replace(f"*{sender}*{receiver}*", "*Other*APPLICATION*")
    data = f"{head}{start}{one}{other}GE*{end}{renamed}{other}GE*{end}IEA*{tail}".encode()
    assert differences(data, again(data)) == []
    anew = edi.write_claims(edi.read_claims(data), replace(ENVELOPE, receiver_id="ANYONE"))
    assert {tuple(s[2:4]) for s in segments(anew) if s[0] == "GS"} == {("CLEANCLAIM", "ANYONE")}
    assert {s[3] for s in segments(anew) if s[:2] == ["NM1", "41"]} == {ENVELOPE.submitter.last}


def test_authorization_and_password_of_the_interchange_are_written():
    data = clean("professional").replace("*00*          *00*          *", "*03*AUTHORITY *01*SECRET    *", 1)
    assert b"*03*AUTHORITY *01*SECRET    *" in again(data.encode())


@pytest.mark.slow
@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: g.kind)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), chance=st.sampled_from([0.1, 0.4, 0.7]))
def test_whatever_a_guide_allows_is_written_as_it_was_read(guide, seed, chance):
    data = written(guide, ClaimMaker(guide, seed, chance).transaction(), Delimiters())
    assert differences(data, again(data)) == []


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(claims(), min_size=1, max_size=4))
def test_generated_claims_are_written_as_they_were_read(made):
    data = edi.write_claims(made, ENVELOPE)
    assert differences(data, again(data)) == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: g.kind)
def test_every_declared_segment_is_written_and_dropping_any_is_seen(guide):
    maker = ClaimMaker(guide, 7, 1.0)
    data = written(guide, maker.transaction(), Delimiters())
    assert maker.made >= {(*place.path, step.name) for place in guide.places() for step in place.steps}
    read, made = segments(data), segments(again(data))
    assert unlike(read, made) == []
    for n, dropped in enumerate(made):
        assert unlike(read, [*made[:n], *made[n + 1 :]]), dropped


@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: g.kind)
def test_neighbours_in_another_order_are_seen(guide):
    data = written(guide, ClaimMaker(guide, 7, 1.0).transaction(), Delimiters())
    read, made = segments(data), segments(again(data))
    for n in range(len(made) - 1):
        assert unlike(read, [*made[:n], made[n + 1], made[n], *made[n + 2 :]]), made[n : n + 2]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: g.kind)
def test_transaction_sets_and_groups_stay_apart(guide):
    """Three sets in two groups; those of an 837 hold the same billing provider."""
    text = written(guide, ClaimMaker(guide, 5, 0.4).transaction(), Delimiters()).decode()
    head, rest = text.split("GS*", 1)
    group, tail = ("GS*" + rest).split("IEA*", 1)
    start, one = group.split("ST*", 1)
    one, end = ("ST*" + one).split("GE*", 1)
    data = f"{head}{start}{one}{one}GE*{end}{start}{one}GE*{end}IEA*{tail}".encode()
    assert differences(data, again(data)) == []
    assert [s[0] for s in segments(again(data)) if s[0] in ("GS", "ST")] == ["GS", "ST", "ST", "GS", "ST"]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: g.kind)
def test_other_delimiters_of_the_written_file_change_nothing_else(guide):
    data = written(guide, ClaimMaker(guide, 3, 0.5).transaction(), Delimiters())
    read, write = (
        (edi.read_claims, edi.write_claims)
        if guide.kind != "835"
        else (edi.read_remittances, edi.write_remittances)
    )
    others = {"element": "|", "component": ">", "repetition": "!", "segment": "\n", "newline": ""}
    made = write(read(data), replace(envelope_of(data), **others))
    assert made.count(b"\n") == len(segments(made))
    theirs, ours = segments(data), segments(made)
    assert [[e.replace("^", "!").replace(":", ">") for e in s] for s in theirs[1:]] == ours[1:]
