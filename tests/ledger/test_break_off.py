"""Each write of the ledger breaks off at its Nth statement, for N = 1, 2, 3 ... until none is left.

Whatever N is, everything lies as it did before: nothing of it half done. Then it is done once more, whole.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from edi.records import ClaimAcknowledgment, ClaimStatus, Party, ProviderStatus, Status
from ledger import Ledger, acknowledge
from ledger.encounters import encounters, inbox
from ledger.encounters.encounters import Validated
from ledger.payments import remittances
from ledger.payments.remittance_facts import RemittanceFacts
from ledger.schema import metadata
from ledger.sending import batches, responses
from tests.ledger.conftest import NIGHT, NPI, encounter, file_of
from tests.ledger.payments.test_remittances import payment, plb


class BrokeOff(OSError):
    """As the machinery breaks: what a file's content breaks quarantines that file instead."""


def everything(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    with ledger.read() as connection:
        return {
            name: sorted((tuple(r) for r in connection.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }


def break_off_everywhere(ledger: Ledger, act: Callable[[], Any]) -> int:
    """The number of places where `act` was broken off; nothing of it was left after any of them."""
    before = everything(ledger)
    for nth in range(1, 100):
        seen = 0

        def strike(*given: Any, nth: int = nth) -> None:
            nonlocal seen
            if not given[2].startswith(("SELECT", "BEGIN", "SET")):
                seen += 1
                if seen == nth:
                    raise BrokeOff

        event.listen(ledger.engine, "before_cursor_execute", strike)
        try:
            act()
        except BrokeOff:
            pass
        else:
            assert everything(ledger) != before
            return nth - 1
        finally:
            event.remove(ledger.engine, "before_cursor_execute", strike)
        assert everything(ledger) == before, f"something is left of a write that broke off at {nth}"
    raise AssertionError("it never ended")


def test_taking_files_is_all_or_nothing(ledger):
    files = [file_of("a", encounter("1"), encounter("1", 2, "{}")), file_of("b", encounter("2"))]
    assert break_off_everywhere(ledger, lambda: inbox.take(ledger, NIGHT, files)) >= 3


def test_storing_a_batch_is_all_or_nothing(office):
    office.take("1", "2")
    office.build()
    assert break_off_everywhere(office.ledger, office.batch) >= 7
    assert [b.isa13 for b in batches.to_send(office.ledger)] == [1], "no number was lost on the way"


@pytest.mark.slow
def test_building_claims_is_all_or_nothing(office):
    office.take("1", "2")
    office.build()
    office.take("1", version=2)
    office.take("3")
    waiting = encounters.load(office.ledger, 1, 10**9, ("picked_up",))
    clean = [Validated(encounter_id=e.id, held=False, findings=()) for e in waiting]
    encounters.record(office.ledger, NIGHT, clean)
    assert break_off_everywhere(office.ledger, office.build) >= 4


@pytest.fixture
def answered(office):
    """Three claims that are out, and an answer file that is stored."""
    office.sent("1", "2", "3")
    return responses.store(office.ledger, NIGHT, "northgate", "a", b"a", size=1, mtime=1, kinds="277CA 835")


@pytest.mark.slow
def test_taking_an_acknowledgment_is_all_or_nothing(office, answered):
    def said(number: str, category: str, action: str) -> ClaimStatus:
        status = Status(category=category, code="20", action=action)
        return ClaimStatus(patient_control_number=number, statuses=(status,), payer_claim_control_number="K")

    record = ClaimAcknowledgment(
        source=Party(),
        receiver=Party(),
        batch_reference="000000001",
        providers=(
            ProviderStatus(
                provider=Party(npi=NPI),
                claims=(said("C0001", "A2", "WQ"), said("C0002", "A7", "U"), said("C0009", "A2", "WQ")),
            ),
        ),
    )
    ledger = office.ledger
    assert break_off_everywhere(ledger, lambda: acknowledge.take(ledger, NIGHT, answered, [record])) >= 6


@pytest.mark.slow
def test_posting_a_remittance_is_all_or_nothing(office, answered):
    facts = RemittanceFacts(
        response_id=answered,
        payer="harbor",
        payee=NPI,
        practice="lakeside",
        trace="T1",
        amount=160_00,
        paid_on="2026-11-17",
        method="ACH",
        content="c",
        difference=0,
        payments=[
            payment(1, paid=60_00, off=10_00, denied=30_00, icn="P1"),
            payment(2, number="C0002", paid=60_00, off=10_00, patient=30_00),
            payment(3, number="X9", paid=60_00, off=10_00),
        ],
        provider_adjustments=[plb("WO", 25_00, "P1"), plb("L6", -5_00)],
    )
    ledger = office.ledger
    assert break_off_everywhere(ledger, lambda: remittances.post(ledger, NIGHT, facts)) >= 10
