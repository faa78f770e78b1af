"""One bad value must not keep a batch at home."""

import re
from dataclasses import replace
from datetime import date

import edi
from ledger.queries import claims
from ledger.queries.claims import holds
from ledger.sending import batches
from tasks import nightly_run
from tasks.batches import at_fault, claims_of_batch
from tasks.steps import build_claims, pick_up, validate_coding

DAY = date(2026, 11, 16)


def test_a_name_with_a_separator_is_held_by_its_edit(home):
    home.drop(
        "lakeside/bad.json", home.encounter("T-1", patient={**home.encounter()["patient"], "last": "Zeph*yr"})
    )
    home.drop("lakeside/good.json", home.encounter("T-2", service_date="2026-11-04"))
    with home.clearinghouse(DAY), home.opened() as opened:
        nightly_run.walk(opened, DAY)
        assert [(h.external_id, h.edit_id, h.place) for h in holds(opened.ledger)] == [
            ("T-1", "LEN-01", "2010BA NM103")
        ]
        assert claims.by_state(opened.ledger) == {"accepted": 1}


def test_what_cannot_be_written_is_held_and_the_others_go(home):
    # a group number is looked at by no edit: the writer is the last to see its separator
    coverage = {"order": "P", "payer": "harbor", "member_id": "W17770001", "group_number": "A~B"}
    home.drop("lakeside/bad.json", home.encounter("T-1", coverages=[coverage]))
    home.drop("lakeside/good.json", home.encounter("T-2", service_date="2026-11-04"))
    with home.clearinghouse(DAY), home.opened() as opened:
        nightly_run.walk(opened, DAY)
        [held] = holds(opened.ledger)
        assert (held.external_id, held.edit_id) == ("T-1", "LEN-01")
        assert "A~B" not in held.detail
        assert claims.by_state(opened.ledger) == {"held": 1, "accepted": 1}
    assert len(home.journal) == 1


def test_names_and_addresses_of_partners_files_go_without_their_accents(home):
    site = home.use_folder()
    for kind, key, changes in (
        ("practices", "lakeside", {"name": "Clínica  Ñandú", "line1": "12 Große Straße", "city": "Peñasco"}),
        ("payers", "harbor", {"name": "Mutuelle Santé"}),
    ):
        file = home.path / "partners" / kind / f"{key}.toml"
        text = file.read_text("utf-8")
        for name, value in changes.items():
            text = re.sub(rf'(?m)\b{name} = "[^"]*"', f'{name} = "{value}"', text, count=1)
        file.write_text(text, encoding="utf-8")
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    head, submitter = file.read_text("utf-8").split("[submitter]")
    submitter = re.sub(r'(?m)^name = "[^"]*"', 'name = "Facturación Sur"', submitter, count=1)
    file.write_text(f"{head}[submitter]{submitter}", encoding="utf-8")
    home.drop("lakeside/1.json", home.encounter("T-1"))
    with home.opened() as opened:
        nightly_run.walk(opened, DAY)
        assert holds(opened.ledger) == []
    [data] = [file.read_bytes() for file in (site / "inbound").iterdir()]
    assert edi.check(data) == []
    for written in (b"*CLINICA NANDU*", b"*12 GROSSE STRASSE", b"*PENASCO*", b"*MUTUELLE SANTE*"):
        assert written in data
    assert b"NM1*41*2*FACTURACION SUR*" in data


def test_a_claim_on_which_the_writer_itself_fails_costs_itself_alone(home):
    home.use_folder()
    with home.opened() as opened:
        for n in (1, 2, 3):
            home.drop(f"lakeside/{n}.json", home.encounter(f"T-{n}", service_date=f"2026-11-0{n}"))
        for step in (pick_up, validate_coding, build_claims):
            for piece in step.pieces(opened, DAY):
                step.do(opened, DAY, piece)
        found = batches.load(opened.ledger, [i for i, *_ in batches.ready(opened.ledger)])
        claims_found = [claims_of_batch.claim_of(opened, ready) for ready in found]
        claims_found[1] = replace(claims_found[1], lines=(None,))  # no writer knows what that is
        clearinghouse = opened.partners.clearinghouses["northgate"]
        why = at_fault.failing(opened, DAY, clearinghouse, found, claims_found)
        assert list(why) == [found[1].submission_id]
        [finding] = why[found[1].submission_id]
        assert finding.severity == "hold"
        assert at_fault.failing(opened, DAY, clearinghouse, found[:1], claims_found[:1]) == {}
