"""What was changed of a record that was read is written changed; what has no field stands as it was."""

import io
import pickle
from dataclasses import replace

import pytest

import edi
from tests.edi.comparing import again, differences, envelope_of, segments, without_numbers
from tests.edi.other_samples import institutional_claim
from tests.edi.samples import ENVELOPE, claim, line

CLAIMS = b"".join(
    (
        b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261116*0130*",
        b"^*00501*000000905*0*T*:~GS*HC*SENDER*RECEIVER*20261116*0130*905*X*005010X222A1~ST*837*0001*005010X222A1~",
        b"BHT*0019*18*B905*20261116*0130*RP~NM1*41*2*BIG BILLING*****46*SUB01~",
        b"PER*IC*DESK*TE*2175550100*EX*12~PER*IC*OTHER*EM*DESK@BILLING.EXAMPLE~",
        b"NM1*40*2*CLEARHOUSE*****46*CLR01~",
        b"HL*1**20*1~CUR*85*CAD~NM1*85*2*CLINIC*****XX*1234567893~N3*1 MAIN ST~N4*AUSTIN*TX*787010001~",
        b"REF*EI*741234567~PER*IC*FRONT*TE*2175550111~PER*IC*BACK*FX*2175550112~",
        b"HL*2*1*22*0~SBR*S*18*G1******CI~NM1*IL*1*RIVER*ANNA****MI*M1~N3*12 ELM ST~N4*AUSTIN*TX*787010001~",
        b"DMG*D8*19800229*F~REF*SY*987654321~NM1*PR*2*ACME*****PI*ACME1~REF*G2*PROV1~",
        b"CLM*PCN1*145.50***11:B:1*Y*A*Y*Y*P~DTP*453*D8*20261001~PWK*OZ*BM***AC*A1~CN1*05*1~AMT*F5*10.00~",
        b"REF*EA*MR1~REF*D9*TRACE1~REF*G1*AUTH1~K3*STATE DATA~K3*MORE~NTE*ADD*A NOTE~CRC*E1*Y*L1~",
        b"HI*ABK:J020*ABF:R509~HI*BG:01~NM1*82*1*STONE*RUTH****XX*1245319599~PRV*PE*PXC*207Q00000X~",
        b"NM1*77*2*HOSPITAL*****XX*1234567893~N3*9 OAK ST~N4*AUSTIN*TX*787010001~PER*IC*DOOR*TE*2175550113~",
        b"SBR*P*01*G2******CI~AMT*D*20~OI***Y***Y~MOA*0.8~NM1*IL*1*RIVER*SAM****MI*M2~REF*SY*123456789~",
        b"NM1*PR*2*FIRST MUTUAL*****PI*FIRST1~REF*T4*Y~NM1*82*1~REF*G2*FOREIGN~",
        b"LX*1~SV1*HC:99213:25::::AN OFFICE VISIT*100.50*UN*1***1:2~DTP*472*D8*20261102~QTY*PT*2~REF*6R*L1~",
        b"K3*LINE 1~SVD*FIRST1*20*HC:99213**1~CAS*CO*45*80.50~DTP*573*D8*20261110~",
        b"LX*2~SV1*HC:87880*45*UN*1***1~DTP*472*D8*20261102~REF*6R*L2~K3*LINE 2~",
        b"LIN**N4*00093721410~CTP****1*UN~",
        b"HL*3*1*22*1~SBR*P**G1******CI~NM1*IL*1*RIVER*ANNA****MI*M1~NM1*PR*2*ACME*****PI*ACME1~",
        b"HL*4*3*23*0~PAT*19~NM1*QC*1*RIVER*TOM~N3*12 ELM ST~N4*AUSTIN*TX*787010001~DMG*D8*20150501*M~",
        b"REF*1W*PATIENT~CLM*PCN2*50***11:B:1*Y*A*Y*Y~K3*SECOND CLAIM~HI*ABK:J020~",
        b"LX*1~SV1*HC:99213*50*UN*1***1~DTP*472*D8*20261102~",
        b"CLM*PCN3*50***11:B:1*Y*A*Y*Y~K3*THIRD CLAIM~HI*ABK:J020~",
        b"LX*1~SV1*HC:99213*50*UN*1***1~DTP*472*D8*20261102~",
        b"SE*93*0001~GE*1*905~IEA*1*000000905~",
    )
)


def changed(change, data=CLAIMS):
    """The differences between a file and what is written once its records were changed, without numbers."""
    read, write = (
        (edi.read_claims, edi.write_claims)
        if b"GS*HC" in data
        else (edi.read_remittances, edi.write_remittances)
    )
    made = write((change(n, one) for n, one in enumerate(read(data), 1)), envelope_of(data))
    before, after = ([" ".join(s) for s in without_numbers(segments(each))] for each in (data, made))
    return [text for text in before if text not in after], [text for text in after if text not in before]


def first(**changes):
    return lambda n, one: replace(one, **changes) if n == 1 else one


def test_the_file_that_is_changed_here_is_right_and_written_as_it_was_read():
    assert [f for f in edi.check(CLAIMS) if f.severity == "error"] == []
    assert differences(CLAIMS, again(CLAIMS)) == []


@pytest.mark.parametrize(
    ("changes", "gone", "come"),
    [
        (
            {"charge": 20000},
            ["CLM PCN1 145.50   11:B:1 Y A Y Y P"],
            ["CLM PCN1 200   11:B:1 Y A Y Y P"],
        ),
        ({"prior_authorization": "AUTH2"}, ["REF G1 AUTH1"], ["REF G1 AUTH2"]),
        ({"prior_authorization": ""}, ["REF G1 AUTH1"], []),
        ({"clia": "11D2030122"}, [], ["REF X4 11D2030122"]),
        ({"note_code": "TPO"}, ["NTE ADD A NOTE"], ["NTE TPO A NOTE"]),
        ({"diagnoses": ("J029",)}, ["HI ABK:J020 ABF:R509"], ["HI ABK:J029"]),
        ({"attachments": ()}, ["PWK OZ BM   AC A1"], []),
        ({"patient_paid": 1200}, ["AMT F5 10.00"], ["AMT F5 12"]),
    ],
)
def test_a_changed_field_is_written_changed_and_all_else_stands(changes, gone, come):
    assert changed(first(**changes)) == (gone, come)


def test_a_field_that_is_new_takes_its_place_in_the_guide():
    made = edi.write_claims([replace(c, clia="11D2030122") for c in edi.read_claims(CLAIMS)], ENVELOPE)
    assert b"REF*G1*AUTH1~\nREF*X4*11D2030122~\nK3*STATE DATA~" in made
    assert b"CLM*PCN2*50***11:B:1*Y*A*Y*Y~\nREF*X4*11D2030122~\nK3*SECOND CLAIM~" in made


def test_a_changed_line_keeps_what_it_has_no_field_for():
    def change(n, one):
        return replace(
            one, lines=tuple(replace(each, charge=9950) if each.number == 1 else each for each in one.lines)
        )

    assert changed(lambda n, one: change(n, one) if n == 1 else one) == (
        ["SV1 HC:99213:25::::AN OFFICE VISIT 100.50 UN 1   1:2"],
        ["SV1 HC:99213:25::::AN OFFICE VISIT 99.5 UN 1   1:2"],
    )


def test_a_line_that_is_taken_out_goes_with_all_it_had():
    assert changed(lambda n, one: replace(one, lines=one.lines[1:]) if n == 1 else one) == (
        [
            "SV1 HC:99213:25::::AN OFFICE VISIT 100.50 UN 1   1:2", "QTY PT 2", "REF 6R L1", "K3 LINE 1",
            "SVD FIRST1 20 HC:99213  1", "CAS CO 45 80.50", "DTP 573 D8 20261110",
        ],
        [],
    )  # fmt: skip


def test_a_line_that_is_added_stands_among_the_others():
    def change(n, one):
        return replace(one, lines=(*one.lines[:1], line(3, control_number="NEW"), *one.lines[1:]))

    made = edi.write_claims([change(n, one) for n, one in enumerate(edi.read_claims(CLAIMS))], ENVELOPE)
    assert (
        b"DTP*573*D8*20261110~\nLX*3~\nSV1*HC:99213*125*UN*1***1~\nDTP*472*D8*20261102~\nREF*6R*NEW~\nLX*2~"
        in made
    )
    assert changed(lambda n, one: change(n, one) if n == 1 else one)[0] == []


def test_lines_are_written_in_the_order_of_the_record_each_with_its_own():
    one, *_ = edi.read_claims(CLAIMS)
    made = edi.write_claims([replace(one, lines=one.lines[::-1])], ENVELOPE).decode()
    order = [made.index(text) for text in ("K3*LINE 2", "LIN**N4", "LX*1", "K3*LINE 1", "SVD*")]
    assert order == sorted(order)


def test_a_claim_may_be_parted_into_two_with_its_lines():
    one, *_ = edi.read_claims(CLAIMS)
    two = [
        replace(one, lines=one.lines[:1]),
        replace(one, patient_control_number="PCN3", lines=one.lines[1:]),
    ]
    made = edi.write_claims(two, ENVELOPE)
    assert [[each.control_number for each in c.lines] for c in edi.read_claims(made)] == [["L1"], ["L2"]]
    assert made.count(b"HL*") == 2
    assert made.count(b"K3*STATE DATA") == 2
    assert made.count(b"K3*LINE 1") == made.count(b"K3*LINE 2") == 1


def test_another_payer_that_is_taken_out_goes_with_its_providers():
    gone, come = changed(first(other_payers=()))
    assert "MOA 0.8" in gone
    assert "REF G2 FOREIGN" in gone
    assert come == []


def test_a_changed_adjudication_keeps_the_rest_of_its_line():
    def change(n, one):
        decided = replace(one.lines[0].adjudications[0], paid=3000)
        return replace(one, lines=(replace(one.lines[0], adjudications=(decided,)), *one.lines[1:]))

    assert changed(lambda n, one: change(n, one) if n == 1 else one) == (
        ["SVD FIRST1 20 HC:99213  1"],
        ["SVD FIRST1 30 HC:99213  1"],
    )


def test_a_corrected_party_keeps_what_it_has_and_another_party_brings_its_own():
    one, *_ = edi.read_claims(CLAIMS)
    facility = one.service_facility
    corrected = edi.write_claims([replace(one, service_facility=replace(facility, last="CLINIC"))], ENVELOPE)
    other = replace(facility, last="OTHER PLACE", npi="1245319599")
    replaced = edi.write_claims([replace(one, service_facility=other)], ENVELOPE)
    assert (
        b"NM1*77*2*CLINIC*****XX*1234567893~\nN3*9 OAK ST~\nN4*AUSTIN*TX*787010001~\nPER*IC*DOOR" in corrected
    )
    assert b"PER*IC*DOOR" not in replaced
    assert b"NM1*77*2*OTHER PLACE*****XX*1245319599~\nN3*9 OAK ST~\nN4*AUSTIN*TX*787010001~\nSBR*" in replaced


def test_another_subscriber_does_not_get_the_numbers_of_the_one_that_was_read():
    one, *_ = edi.read_claims(CLAIMS)
    other = replace(one.subscriber, last="LAKE", first="JO", member_id="M9")
    made = edi.write_claims([replace(one, subscriber=other)], ENVELOPE)
    assert b"NM1*IL*1*LAKE*JO****MI*M9~" in made
    assert b"REF*SY*987654321" not in made
    assert b"PER*IC*BACK*FX" in made


def test_a_claim_whose_level_was_changed_leaves_its_neighbours_level():
    one, two, three = edi.read_claims(CLAIMS)
    other = replace(two.patient, first="TIM")
    made = edi.write_claims([one, replace(two, patient=other), three], ENVELOPE)
    levels = [
        " ".join(s[:5]).strip()
        for s in without_numbers(segments(made))
        if s[0] in ("HL", "CLM") or s[:2] == ["NM1", "QC"]
    ]
    assert levels == [
        "HL 20 1",
        "HL 22 0",
        "CLM PCN1 145.50",
        "HL 22 1",
        "HL 23 0",
        "NM1 QC 1 RIVER TIM",
        "CLM PCN2 50",
        "HL 23 0",
        "NM1 QC 1 RIVER TOM",
        "CLM PCN3 50",
    ]
    assert made.count(b"REF*1W*PATIENT") == 2
    assert [f for f in edi.check(made) if f.severity == "error"] == []


def test_a_claim_alone_has_no_level_of_its_neighbour():
    _, two, _ = edi.read_claims(CLAIMS)
    made = edi.write_claims([two], ENVELOPE)
    assert b"K3*SECOND CLAIM" in made
    assert b"K3*STATE DATA" not in made
    assert [f for f in edi.check(made) if f.severity == "error"] == []


@pytest.mark.parametrize("frequency", ["7", "8"])
def test_a_replacement_and_a_void_of_a_claim_that_was_read_keep_all_it_had(frequency):
    assert changed(first(frequency=frequency, payer_claim_control_number="ICN1")) == (
        ["CLM PCN1 145.50   11:B:1 Y A Y Y P"],
        [f"CLM PCN1 145.50   11:B:{frequency} Y A Y Y P", "REF F8 ICN1"],
    )


def test_without_its_loops_a_claim_is_written_as_its_fields_say():
    one = next(iter(edi.read_claims(CLAIMS)))
    made = edi.write_claims([replace(one, loops=None)], ENVELOPE)
    assert b"K3*LINE" not in made
    assert b"REF*SY" not in made
    assert [replace(c, loops=None) for c in edi.read_claims(made)] == [one]


def test_a_claim_of_another_guide_is_written_as_its_fields_say():
    one = next(iter(edi.read_claims(CLAIMS)))
    facts = institutional_claim().institutional
    made = edi.write_claims([replace(one, kind="I", institutional=facts, note_code="ADD")], ENVELOPE)
    assert b"005010X223A2" in made
    assert b"K3*LINE" not in made


def test_another_submitter_does_not_send_the_contacts_of_the_one_that_was_read():
    made = edi.write_claims(edi.read_claims(CLAIMS), ENVELOPE)
    assert b"NM1*41*2*CLEANCLAIM*****46*SUB01~\nPER*IC*EDI DESK*TE*5125550101" in made
    other = replace(ENVELOPE, submitter=replace(ENVELOPE.submitter, id="SUB09"))
    made = edi.write_claims(edi.read_claims(CLAIMS), other)
    assert b"PER*IC*OTHER*EM" not in made
    assert b"BHT*0019*18*B905*20261116*0130*RP~" in made


def test_claims_that_were_read_and_claims_made_from_data_do_not_share_levels():
    read = list(edi.read_claims(edi.write_claims([claim()], ENVELOPE)))
    made = edi.write_claims([read[0], claim(patient_control_number="NEW")], ENVELOPE)
    assert [c.patient_control_number for c in edi.read_claims(made)] == ["PCN0001", "NEW"]
    assert edi.check(made) == []


@pytest.mark.parametrize("value", ["JOS\xc9", "A\x07B"])
def test_a_character_that_may_not_be_written_is_refused_where_no_field_holds_it_too(value):
    data = CLAIMS.replace(b"K3*SECOND CLAIM", f"K3*{value}".encode("latin-1"))
    with pytest.raises(edi.CharacterError) as refused:
        edi.write_claims(edi.read_claims(data), ENVELOPE)
    assert (refused.value.code, refused.value.place) == ("EDI-01", "claim 2, K3")
    assert value not in str(refused.value)


def test_a_delimiter_of_the_written_file_in_a_value_that_was_read_is_refused():
    data = CLAIMS.replace(b"K3*SECOND CLAIM", b"K3*A|B")
    for delimiter in ("element", "component", "repetition", "segment"):
        with pytest.raises(edi.CharacterError):
            edi.write_claims(edi.read_claims(data), replace(ENVELOPE, **{delimiter: "|"}))


def test_text_that_was_read_stands_in_its_own_case_and_what_was_changed_is_in_upper_case():
    data = CLAIMS.replace(b"K3*MORE", b"K3*more").replace(b"REF*G1*AUTH1", b"REF*G1*auth1")
    claims = [replace(c, prior_authorization=f"{c.prior_authorization}x") for c in edi.read_claims(data)]
    made = edi.write_claims(claims, ENVELOPE)
    assert b"K3*more~" in made
    assert b"REF*G1*AUTH1X~" in made


def test_a_stream_gets_the_same_file():
    out = io.BytesIO()
    assert edi.write_claims(edi.read_claims(CLAIMS), ENVELOPE, to=out) == b""
    assert out.getvalue() == edi.write_claims(edi.read_claims(CLAIMS), ENVELOPE)


REMITTANCE = b"".join(
    (
        b"ISA*00*          *00*          *ZZ*ACME           *ZZ*CLINIC         *261116*0130*",
        b"^*00501*000000905*0*T*:~GS*HP*ACME*CLINIC*20261116*0130*905*X*005010X221A1~ST*835*0001~",
        b"BPR*I*90.00*C*ACH*CCP*01*011900254*DA*123456*1512345678**01*011900254*DA*654321*20261116~",
        b"TRN*1*EFT1*1512345678*SUB~CUR*PR*CAD~REF*EV*CLINIC~REF*F2*V1~DTM*405*20261115~",
        b"N1*PR*ACME~N3*1 PAYER RD~N4*AUSTIN*TX*787010001~REF*2U*ACME1~PER*CX*DESK*TE*2175550100~",
        b"PER*BL*TECH*TE*2175550101*EX*9~PER*IC**UR*ACME.EXAMPLE~N1*PE*CLINIC*XX*1234567893~REF*TJ*741234567~",
        b"RDM*EM*DESK*DESK@CLINIC.EXAMPLE~LX*1~TS3*1234567893*11*20261231*1*100~TS2*10~",
        b"CLP*PCN1*1*100*90*10*12*ICN1*11*1**123*1.5~CAS*PR*3*10~NM1*QC*1*RIVER*ANNA****MI*M1~",
        b"NM1*GB*1*RIVER*SAM~MIA*0*1***MA01~REF*EA*MR1~DTM*232*20261102~DTM*233*20261102~",
        b"PER*CX*CLAIMS*TE*2175550102~AMT*AU*100~QTY*CA*1~",
        b"SVC*HC:99213*60*60**1~DTM*472*20261102~REF*LU*11~REF*6R*L1~REF*0K*POLICY~AMT*B6*60~AMT*T*1~QTY*ZK*2~",
        b"LQ*HE*N130~LQ*RX*75~SVC*HC:87880*40*40~DTM*472*20261102~REF*6R*L2~",
        b"LX*2~CLP*PCN2*4*50*0**12*ICN2*11*1~CAS*CO*29*50~NM1*QC*1*RIVER*TOM~",
        b"PLB*1234567893*20261231*WO:A*0~PLB*1234567893*20261231*CS*0~SE*51*0001~GE*1*905~IEA*1*000000905~",
    )
)


def of_claim(number, **changes):
    def change(_, one):
        paid = [replace(c, **changes) if n == number else c for n, c in enumerate(one.claims, 1)]
        return replace(one, claims=paid)

    return change


def test_the_remittance_that_is_changed_here_is_written_as_it_was_read():
    assert [f for f in edi.check(REMITTANCE) if f.severity == "error" and f.snip < 3] == []
    assert differences(REMITTANCE, again(REMITTANCE)) == []
    kept = [replace(one, claims=list(one.claims)) for one in edi.read_remittances(REMITTANCE)]
    assert differences(REMITTANCE, edi.write_remittances(kept, envelope_of(REMITTANCE))) == []


@pytest.mark.parametrize(
    ("changes", "gone", "come"),
    [
        (
            {"status": "2", "patient_owes": None},
            ["CLP PCN1 1 100 90 10 12 ICN1 11 1  123 1.5"],
            ["CLP PCN1 2 100 90  12 ICN1 11 1  123 1.5"],
        ),
        ({"remarks": ("MA02",)}, ["MIA 0 1   MA01"], ["MIA 0 1   MA02"]),
        ({"references": ()}, ["REF EA MR1"], []),
        ({"amounts": (("AU", 9000),)}, ["AMT AU 100"], ["AMT AU 90"]),
        ({"statement_to": None}, ["DTM 233 20261102"], []),
    ],
)
def test_a_changed_claim_payment_keeps_the_rest(changes, gone, come):
    assert changed(of_claim(1, **changes), REMITTANCE) == (gone, come)


def test_a_changed_line_of_a_remittance_keeps_what_it_has_no_field_for():
    def change(_, one):
        paid = list(one.claims)
        first, second = paid[0].lines
        return replace(one, claims=[replace(paid[0], lines=(replace(first, allowed=5900), second)), paid[1]])

    assert changed(change, REMITTANCE) == (["AMT B6 60"], ["AMT B6 59"])


def test_a_line_that_is_taken_out_of_a_remittance_goes_with_all_it_had():
    def change(_, one):
        paid = list(one.claims)
        return replace(one, claims=[replace(paid[0], lines=paid[0].lines[1:]), paid[1]])

    gone, come = changed(change, REMITTANCE)
    assert (gone[0], gone[-1], len(gone), come) == ("SVC HC:99213 60 60  1", "LQ RX 75", 9, [])


def test_a_changed_payment_keeps_its_accounts_and_changed_provider_adjustments_are_written():
    def change(_, one):
        return replace(one, payment=8000, payer=replace(one.payer, contact_phone="2175550199"))

    assert changed(change, REMITTANCE) == (
        [
            "BPR I 90.00 C ACH CCP 01 011900254 DA 123456 1512345678  01 011900254 DA 654321 20261116",
            "PER BL TECH TE 2175550101 EX 9",
        ],
        [
            "BPR I 80 C ACH CCP 01 011900254 DA 123456 1512345678  01 011900254 DA 654321 20261116",
            "PER BL TECH TE 2175550199 EX 9",
        ],
    )

    def adjust(_, one):
        one = replace(one, claims=list(one.claims))
        one.provider_adjustments[1].amount = 500
        return one

    assert changed(adjust, REMITTANCE) == (
        ["PLB 1234567893 20261231 WO:A 0", "PLB 1234567893 20261231 CS 0"],
        ["PLB 1234567893 20261231 WO:A 0 CS 5"],
    )


def test_claim_payments_that_were_pickled_are_written_as_their_fields_say():
    [one] = edi.read_remittances(REMITTANCE)
    paid = pickle.loads(pickle.dumps(list(next(edi.read_remittances(REMITTANCE)).claims)))
    made = edi.write_remittances([replace(one, claims=paid)], ENVELOPE)
    read = next(edi.read_remittances(made))
    assert [replace(c, loops=None) for c in read.claims] == paid
    assert b"QTY*ZK" not in made
    assert b"RDM*EM" in made
