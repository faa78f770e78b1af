"""What is written is accepted by other projects' validators, apart from the exceptions listed here."""

import io
import logging

import oxedi
import pytest
import pyx12.params
import pyx12.x12n_document
from x12sdk.io import X12ModelReader

import edi
from tests.edi.other_samples import inpatient_claim, institutional_claim
from tests.edi.samples import ENVELOPE, claim, claim_acknowledgment, full_claim, remittance


def accepted_by_pyx12(data: bytes) -> bool:
    logging.disable(logging.CRITICAL)
    try:
        return pyx12.x12n_document.x12n_document(
            param=pyx12.params.params(),
            src_file=io.StringIO(data.decode()),
            fd_997=io.StringIO(),
            fd_html=None,
        )
    finally:
        logging.disable(logging.NOTSET)


WRITTEN = {
    "837P": lambda: edi.write_claims([claim(), full_claim()], ENVELOPE),
    "837I": lambda: edi.write_claims([institutional_claim(), inpatient_claim()], ENVELOPE),
    "835": lambda: edi.write_remittances([remittance()], ENVELOPE),
    "999": lambda: edi.acknowledge(edi.write_claims([claim()], ENVELOPE)),
    "999 of a rejected file": lambda: edi.acknowledge(
        edi.write_claims([claim()], ENVELOPE).replace(b"DMG*D8*1980", b"DMG*D8*198A")
    ),
    "277CA": lambda: edi.write_acknowledgments([claim_acknowledgment()], ENVELOPE),
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_pyx12_accepts_what_is_written(kind):
    assert accepted_by_pyx12(WRITTEN[kind]())


def test_pyx12_sees_a_fault_so_its_verdict_counts():
    assert not accepted_by_pyx12(WRITTEN["837P"]().replace(b"SBR*P*18", b"SBR*Z*18"))


def inpatient_without_what_x12sdk_mistakes():
    """x12sdk's 837I knows no billing note (NTE*ADD), no period on a line (DTP*472*RD8) and asks for 71 in
    2420A, where the operating physician's 72 belongs; pyx12, whose map has all three, takes them."""
    made = inpatient_claim()
    made.note = ""
    for one in made.lines:
        one.service_to, one.operating = None, None
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    "made", [claim, full_claim, institutional_claim, inpatient_without_what_x12sdk_mistakes]
)
def test_x12sdk_accepts_what_is_written(made, tmp_path):
    path = tmp_path / "claims.837"
    path.write_bytes(edi.write_claims([made()], ENVELOPE))
    with X12ModelReader(str(path)) as reader:
        models = list(reader.models())
    assert len(models) == 1


def test_oxedi_accepts_the_remittance_and_reads_the_same_amounts():
    parsed = oxedi.parse(edi.write_remittances([remittance()], ENVELOPE))
    assert parsed.diagnostics == []
