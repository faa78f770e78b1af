"""What of a large remittance lies beside the memory until it is posted."""

from datetime import date

from edi.records import Adjustment, ClaimPayment, Party, Remittance, ServicePayment
from tasks.payments.remittance_facts import facts_of
from tasks.payments.spool import Spool


def remittance(claims: int) -> Remittance:
    line = ServicePayment(
        procedure="99213",
        charge=100_00,
        paid=80_00,
        adjustments=(Adjustment(group="CO", reason="45", amount=20_00),),
    )
    return Remittance(
        trace="T1",
        payment=80_00 * claims,
        method="ACH",
        paid_on=date(2026, 11, 17),
        payer=Party(last="HARBOR HEALTH PLAN"),
        payee=Party(npi="1999000015"),
        claims=iter(
            ClaimPayment(patient_control_number=f"C{n}", status="1", charge=100_00, paid=80_00, lines=(line,))
            for n in range(claims)
        ),
    )


def test_the_payments_of_a_large_remittance_lie_in_a_file_without_a_name(home, tmp_path):
    with home.opened() as opened:
        partners = opened.partners
    folder = tmp_path / "spool"
    folder.mkdir()
    whole = facts_of(partners, 1, remittance(5))
    spool = Spool(folder, size=2)
    parts = facts_of(partners, 1, remittance(5), spool)
    assert (parts.payments, parts.claims, whole.claims) == ([], 5, 5)
    assert (parts.content, parts.difference) == (whole.content, whole.difference)
    for _ in range(2):
        pieces = [piece.payments for piece in parts.pieces()]
        assert [len(piece) for piece in pieces] == [2, 2, 1]
        assert [one for piece in pieces for one in piece] == whole.payments
    assert list(folder.iterdir()) == []
    assert facts_of(partners, 1, remittance(1), Spool(folder, size=2)).again is None
    none = facts_of(partners, 1, remittance(0), Spool(folder, size=2))
    assert [len(piece.payments) for piece in none.pieces()] == [0]
