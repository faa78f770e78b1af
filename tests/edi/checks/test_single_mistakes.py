"""A single mistake of structure gives one finding: what is most probably meant is found."""

from functools import cache

import pytest

from tests.edi.faults import clean, counted
from tests.edi.single_mistakes import FILES, HERE, findings, mistakes

# What gives more than one today, of some 1,400: a line that is billed twice breaks the balance too, and so
# does another payer's decision that is missing; a subscriber's HL leaves behind what may stand there.
MORE_THAN_ONE = 5


@cache
def judged():
    """Each mistake with what it adds to the findings of its file."""
    found = []
    for path in FILES:
        before = len(findings(path.read_bytes().replace(b"\n", b"")))
        found += [(m, findings(m.data), before) for m in mistakes(path)]
    return found


@pytest.mark.slow
def test_a_mandatory_segment_deleted_doubled_or_renamed_is_reported_once():
    more = [str(m) for m, found, before in judged() if len(found) - before > 1]
    assert len(judged()) > 1_400
    assert len(more) <= MORE_THAN_ONE, more


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_segment_under_an_unknown_id_is_reported_with_what_is_missing_for_it_and_no_more(path):
    found = path.read_text("ascii").replace("\n", "").split("~")
    before = len(findings("~".join(found).encode()))
    start = next(n for n, s in enumerate(found) if s.startswith("ST*"))
    stop = next(n for n, s in enumerate(found) if s.startswith("SE*"))
    more = []
    for at in range(start + 1, stop):
        renamed = "*".join(["ZZZ", *found[at].split("*")[1:]])
        said = findings(counted("~".join([*found[:at], renamed, *found[at + 1 :]])).encode())
        assert len(said) > before, found[at]
        if len(said) > before + 2:
            more.append(found[at].split("*")[0])
    assert more in ([], ["HL"], ["SVD"])  # as above


def test_diagnosis_pointers_of_a_claim_without_diagnoses_are_one_finding():
    text = (HERE / "whole" / "dental.edi").read_text("ascii").replace("\n", "")
    diagnoses = next(s for s in text.split("~") if s.startswith("HI*"))
    found = findings(counted(text.replace(f"{diagnoses}~", "", 1)).encode())
    assert [f.code for f in found] == ["SIT-01"]


@pytest.mark.parametrize(
    ("file", "first", "second"),
    [
        ("professional", "LX*1", "SV1*HC:99213:25"),
        ("professional", "HL*2*1*22", "SBR*P"),
        ("institutional", "LX*2", "SV2*0301"),
        ("institutional", "HL*4*3*23", "PAT*19"),
    ],
)
def test_a_loops_first_segment_behind_the_second_is_one_finding(file, first, second):
    found = clean(file).split("~")
    at = next(n for n, s in enumerate(found) if s.startswith(first) and found[n + 1].startswith(second))
    found[at : at + 2] = found[at + 1], found[at]
    said = findings("~".join(found).encode())
    assert [(f.code, f.segment) for f in said] == [("SEG-07", first.split("*")[0])]


def test_a_segment_without_elements_is_one_finding():
    for kind, segment, loop in (
        ("professional", "CLM", "2300"),
        ("professional", "DMG", "2010BA"),
        ("remittance", "MOA", "2100"),
        ("remittance", "BPR", ""),
    ):
        whole = next(s for s in clean(kind).split("~") if s.startswith(f"{segment}*"))
        text = clean(kind).replace(f"{whole}~", f"{segment}~", 1).encode()
        elements = [f for f in findings(text) if f.code.startswith("ELM")]
        assert [(f.code, f.loop, f.segment, f.element) for f in elements] == [("ELM-15", loop, segment, "1")]


def of(what, segment, loop=""):
    return [
        (m, found)
        for m, found, before in judged()
        if (m.what, m.segment) == (what, segment) and loop in ("", m.loop) and not before
    ]


@pytest.mark.parametrize(
    ("what", "segment", "loop", "codes"),
    [
        ("doubled", "ST", "", {"SEG-05"}),
        ("doubled", "HL", "", {"SEG-05", "SEG-04"}),
        ("doubled", "LX", "2400", {"SEG-05"}),
        ("doubled", "CLM", "2300", {"SEG-05"}),
        ("deleted", "CLM", "2300", {"SEG-03"}),
        ("deleted", "CLP", "2100", {"SEG-03"}),
        ("deleted", "SBR", "2320", {"SEG-03"}),
        ("deleted", "SVC", "2220D", {"SEG-03"}),
        ("deleted", "AK2", "2000", {"SEG-03"}),
        ("renamed", "NM1", "2010AA", {"ELM-07", "SEG-08"}),
    ],
)
def test_a_mistake_is_reported_in_its_place(what, segment, loop, codes):
    cases = of(what, segment, loop)
    assert cases
    for mistake, found in cases:
        assert len(found) == 1, (str(mistake), found)
        [finding] = found
        assert finding.segment == segment
        assert finding.code in codes, str(mistake)
        assert abs(finding.position - mistake.position) <= 1, (str(mistake), finding)
        assert finding.loop in (mistake.loop, "", *(("2000A", "2000B", "2000C") if segment == "HL" else ()))


def test_a_claims_first_service_payment_that_is_missing_is_reported_once():
    text = clean("remittance")
    segments = text.split("~")
    firsts = [
        i
        for i, s in enumerate(segments)
        if s.startswith("SVC*")
        and not any(e.startswith("SVC*") for e in segments[_claim_of(segments, i) : i])
    ]
    assert len(firsts) >= 3
    for i in firsts:
        found = findings(counted("~".join([*segments[:i], *segments[i + 1 :]])).encode())
        assert [(f.code, f.loop, f.segment) for f in found] == [("SEG-03", "2110", "SVC")]


def _claim_of(segments, i):
    return max(n for n in range(i) if segments[n].startswith("CLP*"))


@pytest.mark.parametrize("entity", ["82", "QC", "IL", "PR", "8X", "41", "40", "87", "77", "PE", ""])
def test_a_billing_provider_under_another_qualifier_is_one_finding(entity):
    for kind in ("professional", "institutional"):
        text = clean(kind).replace("NM1*85*", f"NM1*{entity}*", 1)
        found = [f for f in findings(text.encode()) if f.segment == "NM1" or f.loop == "2010AA"]
        assert len(findings(text.encode())) == 1, (kind, [(f.code, f.place) for f in findings(text.encode())])
        assert found[0].position == next(
            n
            for n, s in enumerate(text.split("~ST*")[1].split("~"), 1)
            if s.startswith(f"NM1*{entity}*") and n > 6
        )


@pytest.mark.parametrize("kind", ["professional", "institutional", "dental"])
@pytest.mark.parametrize("entity", ["87", "PE", "40", "IL"])
def test_a_billing_provider_under_anothers_qualifier_is_one_finding_where_that_party_follows(kind, entity):
    text = (HERE / "whole" / f"{kind}.edi").read_text("ascii").replace("\n", "")
    found = findings(text.replace("NM1*85*", f"NM1*{entity}*", 1).encode())
    assert [(f.loop, f.segment) for f in found] == [("2010AA", "NM1")], (kind, entity)
