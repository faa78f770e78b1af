"""835: remittances written from records, read while they stream, and balanced."""

import io
from dataclasses import replace

import edi
from edi.records import Adjustment, ProviderAdjustment
from tests.edi.samples import ENVELOPE, remittance

BY_HAND = (
    b"ISA|00|          |00|          |ZZ|PAYER          |ZZ|PROVIDER       "
    b"|261120|0900|^|00501|000000077|0|P|>\n"
    b"GS|HP|PAYER|PROVIDER|20261120|0900|77|X|005010X221A1\n"
    b"ST|835|7701\n"
    b"BPR|I|430.50|C|CHK||||||||||||20261120\n"
    b"TRN|1|0012|1751234567\n"
    b"N1|PR|ACME\nN3|1 ST\nN4|AUSTIN|TX|78701\nPER|BL|DESK\n"
    b"N1|PE|CLINIC|XX|1234567893\n"
    b"LX|1\n"
    b"CLP|A1|1|500.00|450.50|20|MC|ICN1\n"
    b"CAS|PR|3|20.00\n"
    b"NM1|QC|1|DOE|J\n"
    b"SVC|HC>99213>25|500.00|450.50\n"
    b"DTM|472|20261101\n"
    b"CAS|CO|45|29.50||253|0\n"
    b"PLB|1234567893|20261231|WO>ICN0|20.00\n"
    b"SE|17|7701\nGE|1|77\nIEA|1|000000077\n"
)


def read_all(data: bytes):
    found = []
    for one in edi.read_remittances(data):
        one.claims = list(one.claims)
        found.append(one)
    return found


def test_a_stream_gets_the_same_file_while_it_is_made():
    made = remittance()
    made.claims = [replace(c, lines=c.lines * 9) for c in made.claims] * 60
    out = io.BytesIO()
    assert edi.write_remittances([made, made], ENVELOPE, to=out) == b""
    assert out.getvalue() == edi.write_remittances([made, made], ENVELOPE)


def test_a_drg_is_read_where_the_payer_gives_one_in_short_files_and_in_long_ones():
    made = remittance()
    for times in (1, 60):
        made.claims = [
            replace(c, drg=drg) for c in remittance().claims for drg in ("470", "", "0039")
        ] * times
        [read] = read_all(edi.write_remittances([made], ENVELOPE))
        assert [c.drg for c in read.claims] == [c.drg for c in made.claims]


def test_what_is_written_is_read_back_the_same():
    made = remittance()
    [read] = read_all(edi.write_remittances([made], ENVELOPE))
    assert list(read.claims) == made.claims
    assert read.provider_adjustments == made.provider_adjustments
    assert (read.trace, read.payment, read.method, read.paid_on) == ("EFT0001", 2500, "CHK", made.paid_on)
    assert (read.payee.npi, read.payee.tax_id, read.payer.last) == ("1234567893", "741234567", "ACME HEALTH")
    assert read.findings == []


def test_what_is_written_checks_clean():
    assert edi.check(edi.write_remittances([remittance(), remittance(trace="EFT0002")], ENVELOPE)) == []


def test_a_remittance_is_given_as_soon_as_its_header_is_read():
    data = edi.write_remittances([remittance()], ENVELOPE)

    class Slow(io.BytesIO):
        """A stream that hands on the header and then says how far it was read."""

        def read(self, size=-1):
            return super().read(64)

    stream = Slow(data)
    first = next(iter(edi.read_remittances(stream)))
    assert first.trace == "EFT0001"
    assert stream.tell() < data.index(b"SVC")
    assert [c.patient_control_number for c in first.claims] == ["PCN0001", "PCN0000"]
    assert len(first.provider_adjustments) == 1


def test_the_next_remittance_comes_though_the_claims_of_the_last_were_not_read():
    data = edi.write_remittances([remittance(), remittance(trace="EFT0002")], ENVELOPE)
    kept = list(edi.read_remittances(data))
    assert [r.trace for r in kept] == ["EFT0001", "EFT0002"]
    assert [len(r.provider_adjustments) for r in kept] == [1, 1]


def test_a_file_written_by_hand_with_other_delimiters_is_read_and_its_faults_found():
    [read] = read_all(BY_HAND)
    [paid] = read.claims
    assert (read.payment, paid.charge, paid.paid, paid.patient_owes) == (43050, 50000, 45050, 2000)
    assert paid.adjustments == (Adjustment(group="PR", reason="3", amount=2000),)
    assert paid.lines[0].modifiers == ("25",)
    assert [a.reason for a in paid.lines[0].adjustments] == ["45", "253"]
    found = [(f.code, f.loop, f.segment, f.position, f.element) for f in read.findings]
    assert found == [("BAL-11", "2110", "SVC", 13, "3")]


def test_balance_is_reported_at_line_claim_and_transaction_level():
    made = remittance()
    made.payment = 2400
    made.claims[0].lines[0].paid = 6900
    found = edi.check(edi.write_remittances([made], ENVELOPE))
    assert [(f.code, f.loop, f.segment, f.element, f.snip) for f in found] == [
        ("BAL-11", "2110", "SVC", "3", 3),
        ("BAL-13", "", "BPR", "2", 3),
    ]


def test_a_positive_provider_adjustment_lowers_the_payment():
    made = remittance(payment=2000)
    made.provider_adjustments.append(
        ProviderAdjustment(
            provider_id="1234567893",
            fiscal_period_end=made.provider_adjustments[0].fiscal_period_end,
            reason="72",
            amount=500,
        )
    )
    data = edi.write_remittances([made], ENVELOPE)
    assert b"PLB*1234567893*20261231*WO:ICN0*5*72*5~" in data
    assert edi.check(data) == []


def test_seven_reasons_of_a_group_take_two_segments():
    made = remittance(payment=-500 + 500, claims=[], provider_adjustments=[])
    made.claims = remittance().claims[:1]
    seven = tuple(Adjustment(group="CO", reason=str(n), amount=500) for n in (45, 59, 97, 131, 144, 151, 253))
    made.claims[0].lines[0].adjustments = (*seven, Adjustment(group="PR", reason="1", amount=2000))
    data = edi.write_remittances([made], ENVELOPE)
    assert data.count(b"CAS*CO") == 2
    [read] = read_all(data)
    assert read.claims[0].lines[0].adjustments == made.claims[0].lines[0].adjustments
