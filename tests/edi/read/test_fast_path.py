"""The straight-line reader of remittances gives what the tree reader gives, only faster."""

import copy
import io
import pickle
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import edi
from edi.checks.rules import bind
from edi.declare.delimiters import Delimiters
from edi.declare.types import from_cents, to_cents
from edi.read.transaction_sets import Transaction, Walk
from edi.remittances import patterns as payment_patterns
from edi.remittances.reading import claim_of
from tests.edi.samples import ENVELOPE, SHARED, remittance

HEAD = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PROVIDER       *261120*0900*^*00501"
    "*000000077*0*P*:~"
    "GS*HP*PAYER*PROVIDER*20261120*0900*77*X*005010X221A1~"
)
HEADER = (
    "BPR*I*0*C*NON************20261120~TRN*1*0012*1751234567~N1*PR*ACME~N3*1 ST~N4*AUSTIN*TX*78701~"
    "PER*BL*DESK~N1*PE*CLINIC*XX*1234567893~LX*1~"
)
for _newline in ("", "\n", "\r\n"):
    payment_patterns.prepare(Delimiters(newline=_newline))


def by_tree(source):
    """Claims and findings of every remittance, by the tree reader alone."""
    found = []
    walk = Walk(source, checking=True, prepare=lambda t: bind(t.guide))
    for item in walk:
        if isinstance(item, Transaction) and item.guide.kind == "835":
            claims = [
                claim_of(loop) for event, loop in item.reader.run() if event == "close" and loop.ID == "2100"
            ]
            found.append((claims, item.report))
    return [(claims, summary(report.findings)) for claims, report in found]


def summary(findings):
    """What the straight-line reader looks at inside claims."""
    return [f for f in findings if f.snip < 3 or f.loop not in ("2100", "2110") or f.code[:3] == "BAL"]


def straight(source):
    """The same by `read_remittances`, each record decoded to the last member."""
    found = []
    for one in edi.read_remittances(source):
        claims = list(one.claims)
        found.append((claims, one.findings))
    return found


def took(claims) -> int:
    """How many claims the straight-line reader took."""
    return sum(hasattr(c, "_source") for c in claims)


def agree(data, source=None) -> int:
    expected, found = by_tree(data), straight(data if source is None else source)
    assert [f for _, f in found] == [f for _, f in expected]
    count = 0
    for (mine, _), (theirs, _) in zip(found, expected, strict=True):
        count += took(mine)
        assert mine == theirs
        for a, b in zip(mine, theirs, strict=True):
            assert repr(a) == repr(b)
            assert a.loops == b.loops
            assert a.loops.parent == b.loops.parent
            assert [s.position for s in a.loops.segments()] == [s.position for s in b.loops.segments()]
    return count


# Each row: segments that the guide allows there, then some that it does not or that are unusual.
CLAIMS = (
    [
        "CLP*P1*1*100*60*20*12*ICN1*11*1",
        "CLP*P2*22*-100.00*-60.*-20.5*MC*ICN2",
        "CLP*P3*4*100*0**HM*ICN3*11*7**470",
    ],
    ["CLP*P4*1*.50*0*0.5*12* ICN4*11*1", "CLP*P5*99*100*60*20*12*ICN5", "CLP*P6*1*100*60*20*12"],
)
AFTER_CLAIM = [
    (
        ["CAS*CO*45*20", "CAS*PR*1*10**2*5*1*3*5", "CAS*OA*23*4.00*2", "CAS*PI*97*.5", "CAS*CO*1*2**3**4"],
        ["CAS*CO*45*20*", "CAS*ZZ*1*2", "CAS*OA*23**4", "CAS*CO*1*2**3", "CAS*CO*1*2***4"],
    ),
    (["NM1*QC*1*DOE*JOHN*Q**JR*MI*M123", "NM1*QC*1*DOE", "NM1*QC*1"], ["NM1*QC*2*DOE", "NM1*QC*1*DOE*"]),
    (
        ["NM1*IL*2*ACME*****FI*123456789", "NM1*74*1*ROE*****C*M124", "NM1*82*1*HILL*JO****XX*1234567893",
         "NM1*TT*2*NEXT*****PI*N1", "NM1*PR*2*FIRST*****XV*F1", "NM1*GB*1*ROE*R****MI*R1"],
        ["NM1*82*1*HILL*JO****XX", "NM1*QC*1*DOE", "NM1*74*1*DO*******"],
    ),
    (["MIA*3***500.25*MA01***************MA02"], ["MIA*", "MIA*3*"]),
    (["MOA*0.5*12.25*MA01*MA02"], ["MOA***MA01", "MOA*1.234567890123"]),
    (
        ["REF*EA*1", "REF*1L*G1", "REF*F8*2 3", "REF*0B*4", "REF*EA*5", "REF*G2*6"],
        ["REF*ZZ*7", "REF*EA", "REF*EA*1*2"],
    ),
    (["DTM*232*20261101", "DTM*233*20261102", "DTM*036*20270228", "DTM*050*20240229"], ["DTM*050*20230229"]),
    (["PER*CX*DESK*TE*5125550100", "PER*CX**TE*5125550100*EX*12"], ["PER*CX*DESK*TE"]),
    (["AMT*AU*90", "AMT*I*1.5", "AMT*F5*-.05"], ["AMT*XX*1", "AMT*AU*1.555"]),
    (["QTY*CA*3", "QTY*ZK*1.5"], ["QTY*ZK*.5", "QTY*CA"]),
]  # fmt: skip
LINES = (
    ["SVC*HC:99213:25:59*100*60**1", "SVC*HC:99213*50.00*50", "SVC*HC:J1885*100*60*0636*2.5*HC:J1886:GA*3",
     "SVC*NU:0450*100*60", "SVC*HC:99213:25::59*100*60"],
    ["SVC*HC:99213:*100*60", "SVC*HC*1*1"],
)  # fmt: skip
AFTER_LINE = [
    (["DTM*472*20261101", "DTM*150*20261101", "DTM*151*20261103"], ["DTM*472*20261131"]),
    (["CAS*CO*45*40", "CAS*CO*45*30*1*253*10", "CAS*PR*2*40.05**3*1"], ["CAS*CO*45*20**1*10**2*1000000000"]),
    (
        ["REF*6R*L1", "REF*G1*A", "REF*HPI*1234567893", "REF*0K*P", "REF*LU*11", "REF*APC*1"],
        ["REF*6R*L2", "REF*6R*"],
    ),
    (["AMT*B6*90", "AMT*KH*5", "AMT*T*1"], ["AMT*D8*1"]),
    (["QTY*ZL*2"], ["QTY*CA*2"]),
    (["LQ*HE*N130", "LQ*RX*75", "LQ*HE*MA01"], ["LQ*XX*1"]),
]  # fmt: skip
STRANGE = [
    "N1*PR*ACME", "ZZ*1", "", "LX*2", "TS3*1234567893*11*20261231*1*100", "PLB*1234567893*20261231*WO:1*20",
    "SVC", "CLP", "CLP*", "SE*1*1", " CLP*P9*1*100*60*20*12*ICN", "GE*1*1", "ST*835*9",
]  # fmt: skip


@st.composite
def groups(draw, rows, bad):
    """A few segments of each row; with `bad`, some that do not belong."""
    found = []
    for right, wrong in rows:
        found += draw(st.lists(st.sampled_from(right), max_size=3, unique=True))
        if bad and not draw(st.integers(0, 9)):
            found.append(draw(st.sampled_from(wrong)))
    return found


@st.composite
def claims(draw):
    bad = not draw(st.integers(0, 2))
    segments = [
        draw(st.sampled_from(CLAIMS[0] + (CLAIMS[1] if bad else []))),
        *draw(groups(AFTER_CLAIM, bad)),
    ]
    seen = [s for s in segments if s.startswith("NM1*QC")]
    for extra in seen[1:]:
        segments.remove(extra)
    if not seen:
        at = next((i for i, s in enumerate(segments) if i and s[:3] != "CAS"), len(segments))
        segments.insert(at, "NM1*QC*1*DOE")
    for _ in range(draw(st.integers(0, 3))):
        segments += [
            draw(st.sampled_from(LINES[0] + (LINES[1] if bad else []))),
            *draw(groups(AFTER_LINE, bad)),
        ]
    for _ in range(draw(st.sampled_from([0, 0, 1, 2])) if bad else 0):
        i = draw(st.integers(0, len(segments)))
        if draw(st.booleans()):
            segments.insert(i, draw(st.sampled_from(STRANGE)))
        elif i < len(segments):
            segments.insert(draw(st.integers(0, len(segments) - 1)), segments.pop(i))
    return balanced(segments) if draw(st.integers(0, 9)) else segments


def balanced(segments):
    """The same with CLP03 and SVC02 as the payments and adjustments ask for."""
    owners: dict[int, int] = {}
    line = claim = None
    total = paid = 0
    made = list(segments)
    for i, s in enumerate(segments):
        e = s.split("*")
        if e[0] == "CLP" and len(e) > 4 and claim is None:
            claim, paid = i, to_cents(e[4]) or 0
        elif e[0] == "SVC" and len(e) > 3:
            line = i
            owners[i] = to_cents(e[3]) or 0
        elif e[0] == "CAS":
            amount = sum(to_cents(a) or 0 for a in e[3::3])
            total += amount
            if line is not None:
                owners[line] += amount
    for i, charge in owners.items():
        e = made[i].split("*")
        made[i] = "*".join([*e[:2], from_cents(charge), *e[3:]])
    if claim is not None:
        e = made[claim].split("*")
        made[claim] = "*".join([*e[:3], from_cents(paid + total), *e[4:]])
    return made


def file_of(transactions, end="~", trailer=True):
    text = HEAD.replace("~", end)
    for n, several in enumerate(transactions, 1):
        body = HEADER.split("~")[:-1] + [s for one in several for s in one]
        text += end.join([f"ST*835*{n:04d}", *body, f"SE*{len(body) + 2}*{n:04d}", ""])
    if trailer:
        text += f"GE*{len(transactions)}*77{end}IEA*1*000000077{end}"
    return text.encode()


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(claims(), max_size=4), min_size=1, max_size=3), st.sampled_from(["~", "~\n", "~\r\n"])
)
def test_claims_of_every_shape_are_read_and_judged_as_the_tree_does(transactions, end):
    agree(file_of(transactions, end))


PLAIN = [
    ["CLP*P1*1*100*60*20*12*ICN1*11*1", "NM1*QC*1*DOE*JOHN****MI*M1", "NM1*82*1*HILL*JO****XX*1234567893",
     "MOA***MA01", "REF*EA*5", "DTM*233*20261102", "DTM*050*20261103", "DTM*232*20261101", "AMT*AU*80",
     "SVC*HC:99213:25*100*60**1", "DTM*472*20261101", "CAS*CO*45*20", "CAS*PR*1*15**2*5", "REF*LU*11",
     "REF*6R*L1", "AMT*B6*80", "LQ*HE*N130"],
    ["CLP*P2*2*50.00*50.00**12*ICN2*11*1", "NM1*QC*1*ROE*JANE****MI*M2"],
    ["CLP*P3*4*75.5*0*0*12*ICN3*11*1", "CAS*OA*23*75.5", "NM1*QC*1*LAKE"],
]  # fmt: skip


def test_ordinary_claims_take_the_straight_way():
    assert agree(file_of([PLAIN * 3, PLAIN])) == 12


def test_a_claim_that_does_not_balance_is_left_to_the_tree_and_reported():
    wrong = [PLAIN[1], [s.replace("50.00*50.00", "50.00*49.00") for s in PLAIN[1]], PLAIN[2]]
    data = file_of([wrong])
    assert agree(data) == 2
    [(_, findings)] = straight(data)
    assert [(f.code, f.position) for f in findings] == [("BAL-12", 12), ("BAL-13", 2)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 199, 1000])
def test_the_border_of_a_chunk_may_be_anywhere(size):
    data = file_of([PLAIN * 2, PLAIN], "~\n")

    class Drip:
        def __init__(self):
            self.at = 0

        def read(self, _):
            piece = data[self.at : self.at + size]
            self.at += size
            return piece

    agree(data, Drip())


@pytest.mark.slow
def test_every_border_between_two_chunks_gives_the_same():
    data = file_of([PLAIN], "~\n")
    expected = by_tree(data)

    class Two:
        def __init__(self, at):
            self.pieces = [data[:at], data[at:]]

        def read(self, _):
            return self.pieces.pop(0) if self.pieces else b""

    for at in range(1, len(data)):
        assert straight(Two(at)) == expected


@pytest.mark.slow
def test_a_file_may_break_off_anywhere():
    data = file_of([PLAIN])
    for at in range(len(HEAD), len(data)):
        agree(data[:at])


def test_several_interchanges_and_acknowledgments_in_one_file():
    ta1 = HEAD.replace("GS*HP", "TA1*000000001*261119*0900*A*000~GS*HP").encode()
    one = file_of([PLAIN])
    other = file_of([PLAIN], "'\n").replace(b"*", b"|").replace(b":", b">")
    payment_patterns.prepare(Delimiters("|", ">", "^", "'", "\n"))
    assert agree(one + other + b"\n" + ta1 + one[len(HEAD) :]) == 9


def test_other_delimiters_need_no_translation():
    d = Delimiters("|", "\\", "]", "\n", "")
    payment_patterns.prepare(d)
    data = file_of([PLAIN * 2], "\n").translate(bytes.maketrans(b"*:^", b"|\\]"))
    assert agree(data) == 6


def test_uneven_line_breaks_are_left_to_the_tree():
    data = file_of([PLAIN * 2]).replace(b"~CLP*P2", b"~\n CLP*P2")
    agree(data)


def test_the_patterns_are_made_once_enough_claims_came():
    d = Delimiters("#", ":", "^", "~", "\n")
    assert payment_patterns.patterns_for(d) is None
    data = file_of([PLAIN * 40], "~\n").replace(b"*", b"#")
    assert 0 < agree(data) < 120


def test_a_reader_who_stops_early_reads_the_next_remittance_whole():
    data = file_of([PLAIN * 3, PLAIN])
    kept = []
    for one in edi.read_remittances(data):
        kept.append((next(iter(one.claims)).patient_control_number, one))
    assert [name for name, _ in kept] == ["P1", "P1"]
    closed = []
    for one in edi.read_remittances(data):
        next(one.claims)
        one.claims.close()
        closed.append(one)
    assert len(closed) == 2
    assert [f.code for f in closed[0].findings] == ["BAL-13"]


def test_a_record_is_compared_copied_pickled_and_changed_as_any_other():
    one = next(edi.read_remittances(file_of([PLAIN])))
    read = list(one.claims)
    [(theirs, _)] = by_tree(file_of([PLAIN]))
    assert took(read) == 3
    assert copy.deepcopy(read[0]) == theirs[0]
    assert pickle.loads(pickle.dumps(read[1])) == theirs[1]
    assert replace(read[2], status="1").patient == theirs[2].patient
    again = next(edi.read_remittances(file_of([PLAIN])))
    first = next(again.claims)
    first.remarks = ("N1",)  # what was set before it was decoded stays
    assert first.references == (("EA", "5"),)
    assert first.remarks == ("N1",)
    with pytest.raises(AttributeError):
        _ = first.no_such_member
    line = first.lines[0]
    assert (line.remarks, line.allowed, line.submitted_procedure) == (("N130",), 8000, "")


def test_written_remittances_are_taken_whole():
    data = edi.write_remittances([remittance(), remittance(trace="EFT0002")], ENVELOPE)
    agree(data)
    assert all(took(claims) == 2 for claims, _ in straight(data))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared X12 files are not here")
def test_the_files_of_other_projects_are_read_alike():
    for path in sorted(p for p in SHARED.glob("*/*") if p.is_file()):
        data = path.read_bytes()
        if b"835" in data[:400]:
            for newline in ("", "\n", "\r\n"):
                payment_patterns.prepare(Delimiters(newline=newline))
            agree(data)


def test_a_stream_is_read_no_further_than_needed():
    data = file_of([PLAIN * 400])
    stream = io.BytesIO(data)
    one = next(edi.read_remittances(stream))
    next(one.claims)
    assert stream.tell() <= 1 << 18


def test_positions_count_on_across_stretches():
    data = file_of([[PLAIN[1], ["CLP*P9*1*5*5*0*12*ICN"], PLAIN[2]]])
    [(mine, _)] = straight(data)
    positions = [s.position for c in mine for s in c.loops.segments()]
    assert all(b == a + 1 for a, b in pairwise(positions))
