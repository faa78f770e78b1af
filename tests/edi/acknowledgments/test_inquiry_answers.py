"""271 and 277: what a payer answers, as records; files written by hand from the guides."""

from datetime import date

import edi
from tests.seeds import chance as dice

ISA = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
    "*261116*0130*^*00501*000000905*0*T*:~"
)


def envelope(code: str, version: str, body: str) -> bytes:
    segments = [s for s in body.replace("\n", "").split("~") if s]
    end = f"SE*{len(segments) + 1}*0001~GE*1*905~IEA*1*000000905~"
    head = f"{ISA}GS*{code}*PAYER*CLINIC*20261116*0130*905*X*{version}~"
    return (head + "".join(f"{s}~" for s in segments) + end).encode()


ELIGIBILITY = envelope(
    "HB",
    "005010X279A1",
    """ST*271*0001*005010X279A1~
BHT*0022*11*Q1*20261116*0130~
HL*1**20*1~
NM1*PR*2*ACME HEALTH*****PI*ACME1~
HL*2*1*21*1~
NM1*1P*2*CLEAR FAMILY PRACTICE*****XX*1234567893~
HL*3*2*22*1~
TRN*2*TRACE1*9877281234~
NM1*IL*1*RIVER*ANNA****MI*M00012345~
REF*6P*G100*ACME GOLD~
N3*12 ELM ST~
N4*AUSTIN*TX*787010001~
DMG*D8*19800229*F~
DTP*346*D8*20260101~
EB*1*FAM*30*PR*GOLD~
EB*C*IND*30***23*500****Y~
MSG*PER CALENDAR YEAR~
EB*B*IND*98^BZ***27*25~
EB*A*IND*30*****.2~
EB*R**30~
LS*2120~
NM1*PR*2*FIRST MUTUAL*****PI*FIRST1~
LE*2120~
HL*4*3*23*0~
TRN*2*TRACE2*9877281234~
NM1*03*1*RIVER*TOM~
AAA*N**75*C~
""",
)
REFUSED = envelope(
    "HB",
    "005010X279A1",
    """ST*271*0001*005010X279A1~
BHT*0022*11*Q1*20261116*0130~
HL*1**20*0~
NM1*PR*2*ACME HEALTH*****PI*ACME1~
AAA*Y**42*P~
""",
)
RECEIVER_REFUSED = envelope(
    "HN",
    "005010X212",
    """ST*277*0001*005010X212~
BHT*0010*08*000000007*20261116*0130*DG~
HL*1**20*1~
NM1*PR*2*ACME HEALTH*****PI*ACME1~
HL*2*1*21*0~
NM1*41*2*CLEANCLAIM*****46*SUB01~
TRN*2*000000007~
STC*E0:24:41*20261115*1~
HL*3**20*1~
NM1*PR*2*BETA HEALTH*****PI*BETA1~
HL*4*3*21*1~
NM1*41*2*CLEANCLAIM*****46*SUB01~
HL*5*4*19*0~
NM1*1P*2*CLEAR FAMILY PRACTICE*****XX*1234567893~
TRN*1*0~
STC*E0:562:1P*20261115*1~
""",
)
STATUS = envelope(
    "HN",
    "005010X212",
    """ST*277*0001*005010X212~
BHT*0010*08*S1*20261116*0130*DG~
HL*1**20*1~
NM1*PR*2*ACME HEALTH*****PI*ACME1~
HL*2*1*21*1~
NM1*41*2*CLEANCLAIM*****46*SUB01~
HL*3*2*19*1~
NM1*1P*2*CLEAR FAMILY PRACTICE*****XX*1234567893~
HL*4*3*22*1~
NM1*IL*1*RIVER*ANNA****MI*M00012345~
HL*5*4*23~
NM1*QC*1*RIVER*TOM~
TRN*2*TRACE9~
STC*F1:65*20261115**125*70*20261114**20261115*EFT77~
REF*1K*ICN1~
REF*EJ*PCN0001~
DTP*472*D8*20261102~
SVC*HC:99213*125*70****1~
STC*F1:65*20261115~
REF*FJ*L1~
DTP*472*D8*20261102~
""",
)


def test_the_hand_written_files_are_clean():
    for data in (ELIGIBILITY, REFUSED, STATUS):
        assert [f for f in edi.check(data) if f.snip < 3] == []


def test_each_person_of_a_271_has_an_answer():
    subscriber, dependent = edi.read_eligibility(ELIGIBILITY)
    assert subscriber.active is True
    assert subscriber.payer.id == "ACME1"
    assert subscriber.provider.npi == "1234567893"
    assert subscriber.subscriber.birth_date == date(1980, 2, 29)
    assert subscriber.patient is None
    assert subscriber.traces == ("TRACE1",)
    assert subscriber.references == (("6P", "G100"),)
    assert subscriber.dates == (("346", date(2026, 1, 1), None),)
    assert dependent.patient is not None
    assert dependent.patient.first == "TOM"
    assert dependent.active is None
    assert [(r.loop, r.reason, r.follow_up) for r in dependent.refusals] == [("2100D", "75", "C")]


def test_benefits_keep_amounts_in_cents_and_fractions_as_written():
    [subscriber, _] = edi.read_eligibility(ELIGIBILITY)
    active, deductible, copay, coinsurance, other = subscriber.benefits
    assert (active.plan, active.coverage_level) == ("GOLD", "FAM")
    assert (deductible.amount, deductible.period) == (50000, "23")
    assert deductible.authorization == "Y"
    assert deductible.messages == ("PER CALENDAR YEAR",)
    assert copay.service_types == ("98", "BZ")
    assert coinsurance.percent == ".2"
    assert [(entity, party.id) for entity, party in other.parties] == [("PR", "FIRST1")]


def test_a_payer_that_cannot_answer_is_an_answer_too():
    [answer] = edi.read_eligibility(REFUSED)
    assert [(r.loop, r.reason, r.follow_up) for r in answer.refusals] == [("2100A", "42", "P")]
    assert answer.benefits == ()


def test_the_status_of_a_dependent_s_claim_is_read():
    [answer] = edi.read_claim_statuses(STATUS)
    assert (answer.trace, answer.patient_control_number) == ("TRACE9", "PCN0001")
    assert answer.patient.first == "TOM"
    assert answer.payer_claim_control_number == "ICN1"
    assert (answer.charge, answer.paid, answer.paid_on) == (12500, 7000, date(2026, 11, 14))
    assert answer.check_number == "EFT77"
    assert [(s.category, s.code) for s in answer.statuses] == [("F1", "65")]
    assert [(line.control_number, line.paid) for line in answer.lines] == [("L1", 7000)]


def test_neither_reader_takes_the_other_s_files():
    assert list(edi.read_eligibility(STATUS)) == []
    assert list(edi.read_claim_statuses(ELIGIBILITY)) == []
    assert list(edi.read_acknowledgments(STATUS)) == []


def test_broken_answers_never_raise():
    chance = dice("broken answers")
    for data in (ELIGIBILITY, REFUSED, STATUS):
        segments = data.split(b"~")
        for _ in range(60):
            broken = list(segments)
            for _ in range(chance.randrange(1, 5)):
                at = chance.randrange(2, len(broken))
                broken[at] = chance.choice([b"", b"NM1", chance.choice(segments), broken[at][:5]])
            text = b"~".join(broken)
            list(edi.read_eligibility(text))
            list(edi.read_claim_statuses(text))
            edi.check(text)


def test_a_transaction_set_in_a_group_of_another_kind_is_reported_once():
    twice = ELIGIBILITY.replace(b"GS*HB*", b"GS*HS*")
    found = [f for f in edi.check(twice) if f.snip < 3]
    assert [(f.code, f.segment, f.element) for f in found] == [("ENV-49", "GS", "1")]


def test_who_asked_or_a_provider_that_is_refused_gives_one_answer_that_names_what_it_refuses():
    read = list(edi.read_claim_statuses(RECEIVER_REFUSED))
    assert [(one.refused_at, one.reference, one.trace) for one in read] == [
        ("2200B", "000000007", ""),
        ("2200C", "000000007", ""),
    ]
    assert [one.payer.id for one in read] == ["ACME1", "BETA1"]
    assert [(s.category, s.code, s.entity) for one in read for s in one.statuses] == [
        ("E0", "24", "41"),
        ("E0", "562", "1P"),
    ]
    assert {one.transaction_control_number for one in read} == {"0001"}
    [refused] = edi.read_eligibility(REFUSED)
    assert (refused.refused_at, refused.reference, refused.traces) == ("2100A", "Q1", ())
