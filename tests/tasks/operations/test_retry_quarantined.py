"""`quarantine retry`: what was quarantined is taken once it can be, from stored bytes, and never twice."""

import json

import pytest
from typer.testing import CliRunner

import edi
from console.command import app
from edi import guides
from edi.records import Party
from ledger.queries.batches import all_batches
from ledger.queries.money import remittances
from ledger.queries.night import problems
from ledger.queries.work import alerts, waiting
from ledger.trail import audit
from tasks import nightly_run
from tasks.answers import contents
from tasks.home.audit_trail import verify
from tests.tasks.answering import TUESDAY, books, paid, remitted
from tests.tasks.test_nothing_vanishes import Writer, claim_answer, found_in, nine, posted, reset, ta1

pytestmark = pytest.mark.usefixtures("either_database")


def retry(home, number, *words, code=0):
    asked = ("quarantine", "retry", str(number), "--json", "--home", str(home.path))
    done = CliRunner().invoke(app, [*asked, *(words or ("--why", "mended"))])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def of_queue(partner):
    """The id of the only thing in the queue of files."""
    with partner.home.opened() as opened:
        [number] = {p.subject: p.id for p in problems(opened.ledger, open_only=True)}.values()
    return number


def rows(home):
    """What a retry that changes nothing leaves alone."""
    with home.opened() as opened:
        return audit.count(opened.ledger), problems(opened.ledger), remittances(opened.ledger)


def holds(home):
    with home.opened() as opened:
        assert [f.what for f in verify(opened).faults] == []
        assert waiting(opened.ledger).quarantined == waiting(opened.ledger).remittances == 0
        assert [a.code for a in alerts(opened.ledger) if a.code == "RSP-ASIDE"] == []


def change(home, file, old, new):
    path = home.path / "partners" / file
    path.write_text(reset(path.read_bytes(), old.encode(), new.encode()).decode(), encoding="utf-8")


NPI = 'npi = "1999000015"'
STRANGER = Party(last="L", npi="1999009990")


def test_a_remittance_of_an_unknown_payee_posts_once_the_practices_file_names_it(partner):
    mine = paid(partner.claim.patient_control_number)
    partner.pay("a.835", remitted(mine, payee=STRANGER))
    partner.collect()
    assert posted(partner) == {"T1": "unknown_payee"}
    before = rows(partner.home)
    assert retry(partner.home, "R1", code=3)["state"] == "still"
    assert rows(partner.home) == before
    change(partner.home, "practices/lakeside.toml", NPI, 'npi = "1999009990"')
    assert retry(partner.home, "R1", "--dry-run")["state"] == "taken"
    assert rows(partner.home) == before
    assert retry(partner.home, "R1")["counts"] == {"posted": 1, "claims": 1, "suspense": 0, "denials": 0}
    holds(partner.home)
    found, _, states = books(partner.home)
    assert (found.cash, states) == (10000, ["paid"])
    before = rows(partner.home)
    assert retry(partner.home, "R1")["state"] == "already"
    partner.pay("again.835", remitted(mine, payee=STRANGER))
    partner.collect()
    assert books(partner.home)[0].cash == 10000
    assert rows(partner.home)[1:] == before[1:]


def test_what_the_payer_sends_again_posts_by_itself_once_its_payee_is_known(partner):
    one = remitted(paid(partner.claim.patient_control_number), payee=STRANGER)
    partner.pay("a.835", one)
    partner.collect()
    change(partner.home, "practices/lakeside.toml", NPI, 'npi = "1999009990"')
    for n in range(2):
        partner.pay(f"again{n}.835", one)
        partner.collect()
    assert books(partner.home)[0].cash == 10000
    assert [r.state for r in books(partner.home)[1]] == ["unknown_payee", "posted"]


def test_one_that_did_not_balance_is_no_conflict_for_the_right_one(partner):
    mine = paid(partner.claim.patient_control_number)
    wrong = paid(partner.claim.patient_control_number, cents=9000)
    partner.pay("a.835", remitted(wrong, off=1000))
    partner.collect()
    partner.pay("b.835", remitted(mine))
    partner.collect()
    assert [r.state for r in books(partner.home)[1]] == ["unbalanced", "posted"]
    assert retry(partner.home, "R1", code=3)["left"][0]["code"] == "RMT-UNBALANCED"


def test_a_file_addressed_to_somebody_else_is_taken_once_the_partners_file_is_right(partner):
    write = Writer(partner)
    partner.put("a", write.remittance("MINE", receiver_id="NEWNAME"))
    partner.collect()
    assert found_in(partner) == {"a": ["RSP-RECEIVER"]}
    number = of_queue(partner)
    before = rows(partner.home)
    assert retry(partner.home, number, code=3)["state"] == "still"
    assert rows(partner.home) == before
    change(partner.home, "clearinghouses/northgate.toml", 'sender_id = "CLEANCLAIM"', 'sender_id = "NEWNAME"')
    assert retry(partner.home, number, "--dry-run")["state"] == "taken"
    assert rows(partner.home) == before
    assert retry(partner.home, number)["state"] == "taken"
    assert posted(partner) == {"MINE": "posted"}
    holds(partner.home)
    before = rows(partner.home)
    assert retry(partner.home, number)["state"] == "already"
    assert rows(partner.home) == before


def test_of_a_file_taken_in_part_the_rest_is_taken_and_nothing_twice(partner, monkeypatch):
    write = Writer(partner)
    unknown = reset(write.remittance("LATER"), b"005010X221A1", b"005010X221E1")
    never = reset(write.remittance("NEVER"), b"005010X221A1", b"005010X221E7")
    answers = write.answer(nine()) + write.answer(claim_answer(partner)) + write.answer(ta1("000000077"))
    partner.put("a", answers + unknown + never + write.remittance("FIRST"))
    partner.collect()
    assert found_in(partner) == {"a": ["RSP-VERSION", "RSP-VERSION", "ACK-UNKNOWN"]}
    before = books(partner.home)
    with partner.home.opened() as opened:
        batch = all_batches(opened.ledger)
    monkeypatch.setitem(guides.VERSIONS, "005010X221E1", guides.VERSIONS["005010X221A1"])
    done = retry(partner.home, of_queue(partner), code=3)
    assert (done["state"], [t["code"] for t in done["left"]]) == ("in_part", ["RSP-VERSION", "ACK-UNKNOWN"])
    assert posted(partner) == {"FIRST": "posted", "LATER": "posted"}
    assert books(partner.home)[0].cash == before[0].cash + 10000
    with partner.home.opened() as opened:
        assert all_batches(opened.ledger) == batch
    monkeypatch.setitem(guides.VERSIONS, "005010X221E7", guides.VERSIONS["005010X221A1"])
    assert retry(partner.home, of_queue(partner), code=3)["state"] == "in_part"
    assert list(found_in(partner).values()) == [["ACK-UNKNOWN"]]
    assert retry(partner.home, of_queue(partner), code=3)["state"] == "still"


def test_a_refusal_counts_once_however_often_its_file_is_taken(partner):
    write = Writer(partner)
    refused = edi.InterchangeAcknowledgment(
        control_number="000000001", created=TUESDAY, status="R", note="023"
    )
    partner.put("a", write.answer(refused) + write.answer(ta1("000000077")))
    partner.collect()
    with partner.home.opened() as opened:
        before = all_batches(opened.ledger)
    assert retry(partner.home, of_queue(partner), code=3)["state"] == "still"
    with partner.home.opened() as opened:
        assert all_batches(opened.ledger) == before


def test_an_encounter_of_another_practice_is_taken_once_its_folder_is_shared(home):
    home.use_folder()
    for number in range(1, 12):  # their alerts' numbers begin alike
        home.drop(f"summit/{number:02d}.json", home.encounter(f"T-{number}"))
    with home.opened() as opened:
        nightly_run.walk(opened, TUESDAY)
        ids = {p.name: p.id for p in problems(opened.ledger)}
        assert {p.code for p in problems(opened.ledger)} == {"INB-PRACTICE"}
    assert retry(home, ids["summit/01.json"], code=3)["state"] == "still"
    with (home.path / "cleanclaim.toml").open("a") as file:
        file.write('shared_folders = ["summit"]\n')
    first = ids["summit/01.json"]
    assert retry(home, first, "--dry-run")["counts"]["encounters"] == 1
    assert retry(home, first)["state"] == "taken"
    with home.opened() as opened:
        assert len(problems(opened.ledger)) == 10
        assert len([a for a in alerts(opened.ledger) if a.code == "INB-PRACTICE"]) == 10
    history = CliRunner().invoke(app, ["quarantine", "history", "--home", str(home.path)])
    assert "inbox file 1" in history.output


def test_what_failed_by_a_fault_of_ours_is_taken_once_that_is_corrected(partner, monkeypatch):
    write = Writer(partner)
    partner.put("a.835", write.remittance("OURS"))

    def broken(*of):
        raise ZeroDivisionError

    with monkeypatch.context() as fault:
        fault.setattr("tasks.payments.posting.facts_of", broken)
        partner.collect()
    assert found_in(partner) == {"a.835": ["RSP-FAILED"]}
    assert "retry" in contents.failed("", ZeroDivisionError()).remedy
    assert retry(partner.home, of_queue(partner))["state"] == "taken"
    assert posted(partner) == {"OURS": "posted"}
    holds(partner.home)
    no_word = CliRunner().invoke(app, ["quarantine", "retry", "1", "--home", str(partner.home.path)])
    assert no_word.exception.code == "QUA-02"
