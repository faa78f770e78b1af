"""Every claim file is checked before it is stored: what is at fault is held, the others go."""

from datetime import date

import pytest

import edi
from ledger.queries import claims
from ledger.queries.claims import holds
from tasks import nightly_run
from tasks.batches import check
from tasks.errors import StepError

DAY, NEXT = date(2026, 11, 16), date(2026, 11, 17)
NOBODY = {"npi": "1999001096"}  # a sound NPI that no roster knows, so that it has no name


def sent(site):
    """The files that the partner has."""
    return [file.read_bytes() for file in sorted((site / "inbound").iterdir())]


def controls(files):
    return [c.patient_control_number for data in files for c in edi.read_claims(data)]


def test_a_claim_that_the_checker_refuses_is_held_with_its_finding_and_the_others_go(home):
    site = home.use_folder()
    home.drop("lakeside/bad.json", home.encounter("T-1", rendering=NOBODY))
    for n in range(2, 5):
        home.drop(f"lakeside/good-{n}.json", home.encounter(f"T-{n}", service_date=f"2026-11-0{n}"))
    with home.opened() as opened:
        nightly_run.walk(opened, DAY)
        [held] = holds(opened.ledger)
        assert (held.external_id, held.edit_id, held.place) == ("T-1", "X12-ELM-01", "2310B NM103")
        assert check.words(held.edit_id) == ("Required element missing", "Add the element.")
        assert claims.by_state(opened.ledger) == {"held": 1, "sent": 3}
    [data] = sent(site)
    assert edi.check(data) == []
    assert len(controls([data])) == 3


def test_a_held_claim_goes_once_it_is_corrected(home):
    site = home.use_folder()
    home.drop("lakeside/bad.json", home.encounter("T-1", rendering=NOBODY))
    with home.opened() as opened:
        nightly_run.walk(opened, DAY)
        assert sent(site) == []
        nightly_run.walk(opened, NEXT)  # nobody did anything: it is held as before, with one finding
        assert [h.place for h in holds(opened.ledger)] == ["2310B NM103"]
        home.drop(
            "lakeside/mended.json",
            home.encounter("T-1", version=2, rendering={**NOBODY, "last": "Morrow", "first": "Ada"}),
        )
        nightly_run.walk(opened, date(2026, 11, 18))
        assert holds(opened.ledger) == []
    assert len(controls(sent(site))) == 1


def test_a_fault_on_a_line_is_reported_with_its_line(home):
    site = home.use_folder()
    lines = [
        {"procedure": "99213", "charge": "135.00", "pointers": [1]},
        {"procedure": "93000", "charge": "50.00", "pointers": [1], "rendering": NOBODY},
    ]
    home.drop("lakeside/bad.json", home.encounter("T-1", lines=lines))
    with home.opened() as opened:
        nightly_run.walk(opened, DAY)
        [held] = holds(opened.ledger)
        assert (held.edit_id, held.place, held.line) == ("X12-ELM-01", "2420A NM103", 2)
    assert sent(site) == []


def test_a_fault_of_a_practices_file_is_named_and_holds_its_claims_alone(home):
    site = home.use_folder()
    file = home.path / "partners" / "practices" / "lakeside.toml"
    text = file.read_text("utf-8")
    taxonomy = next(line for line in text.splitlines() if line.startswith("taxonomy"))
    file.write_text(text.replace(taxonomy, 'taxonomy = "ABCDEFGHIX"', 1), encoding="utf-8")
    for n in (1, 2):
        home.drop(f"lakeside/{n}.json", home.encounter(f"T-{n}", service_date=f"2026-11-0{n}"))
    home.drop("summit/3.json", home.encounter("T-3", practice="summit", rendering={"npi": "1999001104"}))
    with home.opened() as opened:
        nightly_run.walk(opened, DAY)
        found = {h.external_id: h for h in holds(opened.ledger)}
        for number in ("T-1", "T-2"):
            assert (found[number].edit_id, found[number].place) == ("X12-COD-07", "2000A PRV03")
            assert "partners/practices/lakeside.toml: taxonomy" in found[number].detail
    assert len(controls(sent(site))) == 3 - len(found)
    file.write_text(text, encoding="utf-8")
    with home.opened() as opened:
        nightly_run.walk(opened, NEXT)
        assert {"T-1", "T-2"}.isdisjoint(h.external_id for h in holds(opened.ledger))


@pytest.mark.parametrize(
    ("kind", "key", "line", "bad", "named"),
    [
        ("practices", "lakeside", "name", "Lakeside * Family", "partners/practices/lakeside.toml: name"),
        ("payers", "harbor", "name", "Harbor: Health", "partners/payers/harbor.toml: name"),
    ],
)
def test_a_partners_value_that_cannot_be_written_is_named(home, kind, key, line, bad, named):
    home.use_folder()
    file = home.path / "partners" / kind / f"{key}.toml"
    text = file.read_text("utf-8")
    old = next(row for row in text.splitlines() if row.startswith(f"{line} ="))
    file.write_text(text.replace(old, f'{line} = "{bad}"', 1), encoding="utf-8")
    home.drop("lakeside/1.json", home.encounter("T-1"))
    with home.opened() as opened:
        nightly_run.walk(opened, DAY)
        [held] = holds(opened.ledger)
        assert named in held.detail
        assert bad not in held.detail


def test_a_fault_of_the_clearinghouses_file_holds_no_claim_and_names_file_and_key(home):
    site = home.use_folder()
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    text = file.read_text("utf-8")
    head, submitter = text.split("[submitter]")
    old = next(row for row in submitter.splitlines() if row.startswith("contact_name ="))
    file.write_text(
        head + "[submitter]" + submitter.replace(old, 'contact_name = "Night^Desk"', 1), encoding="utf-8"
    )
    home.drop("lakeside/1.json", home.encounter("T-1"))
    with home.opened() as opened:
        with pytest.raises(
            StepError, match=r"BAT-06 .*clearinghouses/northgate\.toml: submitter\.contact_name"
        ):
            nightly_run.walk(opened, DAY)
        assert claims.by_state(opened.ledger) == {"ready": 1}
    file.write_text(text, encoding="utf-8")
    with home.opened() as opened:
        nightly_run.walk(opened, NEXT)
    assert len(controls(sent(site))) == 1


def test_the_same_claim_number_twice_in_what_we_write_is_a_fault_of_the_second():
    from coding.codes import load
    from tests.edi.samples import ENVELOPE, claim

    data = edi.write_claims([claim(), claim()], ENVELOPE)
    found = check.check(data, load(None))
    assert {place: [f.code for f, _ in findings] for place, findings in found.claims.items()} == {
        1: ["SIT-20"]
    }
