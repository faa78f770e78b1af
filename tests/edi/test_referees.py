"""What is written is accepted by other projects' validators, apart from the exceptions listed here."""

import io
import logging

import oxedi
import pytest
import pyx12.params
import pyx12.x12n_document

import edi
from tests.edi.other_samples import inpatient_claim, institutional_claim
from tests.edi.samples import ENVELOPE, claim, claim_acknowledgment, full_claim, remittance
from tests.edi.x12sdk_reading import differences


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


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["837P", "837I"])
def test_x12sdk_reads_what_is_written_as_it_stands(kind):
    assert differences(WRITTEN[kind]()) == []


def test_oxedi_accepts_the_remittance_and_reads_the_same_amounts():
    parsed = oxedi.parse(edi.write_remittances([remittance()], ENVELOPE))
    assert parsed.diagnostics == []
