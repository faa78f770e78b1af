"""Content goes when its time is over and nobody waits for it; totals, numbers and the audit stay."""

import shutil
from datetime import date

import pytest
from sqlalchemy import select

from ledger.books import letters
from ledger.books.letters import Letter
from ledger.errors import ActRefused, DocumentPurged
from ledger.maintenance import packing, retention
from ledger.queries import money, proof, standing, work
from ledger.queries.batches import all_batches
from ledger.schema import (
    claim,
    claim_payment,
    claim_version,
    encounter,
    finding,
    letter,
    submission,
    work_item,
)
from ledger.storage import documents
from ledger.storage.database import insert_many
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.home import audit_trail, keys
from tasks.operations import purge
from tasks.operations.money_acts import By
from tasks.runs.lease import lease
from tasks.steps import archive
from tests.steps import steps

ANN = By("ann", "retention is over")
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
LATER = date(2027, 6, 1)
NEXT_WEEK = date(2026, 11, 20)
SETTINGS = "demo = true\nretention_days = 90\n"


def evenings(home):
    (home.path / "cleanclaim.toml").write_text(SETTINGS)
    for day, evening in ((MONDAY, "monday"), (TUESDAY, "tuesday"), (WEDNESDAY, "wednesday")):
        home.samples(evening)
        with home.clearinghouse(day), lease(str(home.path), "", day) as taken:
            nightly_run.walk(taken.home, day)
            taken.close([])


@pytest.fixture(scope="module")
def walked(make_home):
    """A home after three evenings, that keeps content for 90 days."""
    home = make_home("walked")
    evenings(home)
    return home


@pytest.fixture
def worked(walked, tmp_path):
    """A copy of it, to work on."""
    shutil.copytree(walked.path, tmp_path / "home")
    copy = type(walked)(tmp_path / "home")
    (copy.path / "cleanclaim.toml").write_text(SETTINGS)
    return copy


def totals(opened):
    return (
        money.money(opened.ledger),
        proof.of_all(opened.ledger),
        money.remittances(opened.ledger),
        [(c.patient_control_number, c.state) for c in standing.claims(opened.ledger)],
        [(b.id, b.state, b.sha256, b.claims, b.charge_cents) for b in all_batches(opened.ledger)],
        work.waiting(opened.ledger),
    )


def test_what_is_finished_and_old_goes_and_every_total_stays(worked):
    purged_and_looked_at(worked)


def test_it_does_so_on_postgresql(home, new_ledger_url, monkeypatch):
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", new_ledger_url("postgresql"))
    evenings(home)
    purged_and_looked_at(home)


def purged_and_looked_at(worked):
    with worked.opened() as opened:
        before, rows = totals(opened), audit.count(opened.ledger)
        would = purge.purge(opened, LATER, ANN, really=False)
        assert (totals(opened), audit.count(opened.ledger)) == (before, rows), "only counted"
        done = purge.purge(opened, LATER, ANN, really=True)
        assert done.found == would.found
        assert done.found.claims > 5
        assert done.found.open_claims > 5, "denied, pended and rejected ones are work"
        assert done.found.documents > 10
        assert done.copies > 3
        assert totals(opened) == before
        assert audit_trail.verify(opened).holds
        [row] = audit.rows(opened.ledger, most=1)
        assert (row.act, row.subject) == ("purged", f"nights before {done.before}")
        assert row.detail.endswith(", by ann: retention is over")
        again = purge.purge(opened, LATER, ANN, really=True)
        assert (again.found.claims, again.found.documents, again.copies) == (0, 0, 0)


def about_one_that_will_be_over(opened):
    """Records were sent for a claim that is paid by now; a person's words name the document."""
    with opened.ledger.write() as connection:
        query = select(claim.c.id).join(submission, submission.c.claim_id == claim.c.id)
        number = connection.execute(query.where(submission.c.state == "paid").limit(1)).scalar_one()
        about = {"key": "x", "kind": "x", "claim_id": number, "cents": 1, "business_on": "2026-11-18"}
        insert_many(connection, work_item, [{**about, "id": 9999, "state": "resolved"}])
        sent = Letter(
            kind="records", work_item_id=9999, claim_id=number, event="sent", name="1 document, 3 pages",
            enclosures="Office note of Mary Smith", actor="ann", why="asked for", business_on="2026-11-18",
        )  # fmt: skip
        letters.keep(connection, sent)


def test_nothing_of_a_purged_claim_says_whose_it_was(worked):
    with worked.opened() as opened:
        about_one_that_will_be_over(opened)
        purge.purge(opened, LATER, ANN, really=True)
        with opened.ledger.read() as connection:
            gone = connection.execute(
                select(claim_version)
                .join(claim, claim.c.id == claim_version.c.claim_id)
                .where(claim.c.patient_id.is_(None))
            ).all()
            assert {(r.member_id, r.patient_name, r.diagnoses) for r in gone} == {("", "", "")}
            paid = connection.execute(
                select(claim_payment.c.member_id, claim_payment.c.patient_name)
                .join(claim, claim.c.id == claim_payment.c.claim_id)
                .where(claim.c.patient_id.is_(None))
            )
            assert set(paid.tuples()) <= {("", "")}
            ids = [r.encounter_id for r in gone]
            payloads = connection.execute(select(encounter.c.payload).where(encounter.c.id.in_(ids)))
            assert set(payloads.scalars()) == {""}
            assert not connection.execute(select(finding.c.id).where(finding.c.encounter_id.in_(ids))).all()
            query = select(letter.c.enclosures, letter.c.name)
            assert connection.execute(query).tuples().all() == [("", "1 document, 3 pages")]
        purged = documents.purged(opened.ledger)
        with pytest.raises(DocumentPurged):
            documents.read(opened.ledger, next(iter(purged)))
        left = [f.name for f in (worked.path / "edi").rglob("*") if f.is_file()]
        assert not [n for n in left for sha in purged if sha[:16] in n]


def test_nights_go_on_after_a_purge_and_the_same_files_are_known(worked):
    with worked.opened() as opened:
        purge.purge(opened, LATER, ANN, really=True)
        before = standing.claims(opened.ledger)
    journal = worked.journal
    with worked.clearinghouse(LATER), worked.opened() as opened:
        again = nightly_run.walk(opened, LATER)
        assert again["pick_up.new"] == 0
        numbers = [c.patient_control_number for c in standing.claims(opened.ledger)]
        assert numbers == [c.patient_control_number for c in before]
        assert proof.of_all(opened.ledger).holds
    assert worked.journal == journal, "nothing goes out again"


def test_what_is_young_stays(worked):
    with worked.opened() as opened:
        done = purge.purge(opened, NEXT_WEEK, ANN, really=True)
        assert (done.found.claims, done.found.documents, done.found.open_claims) == (0, 0, 0)


@pytest.mark.parametrize("by", [By("ann", ""), By("", "retention is over")])
def test_nothing_is_removed_where_nobody_says_who_or_why(worked, by):
    with worked.opened() as opened:
        rows = audit.count(opened.ledger)
        with pytest.raises(ActRefused):
            purge.purge(opened, LATER, by, really=True)
        assert audit.count(opened.ledger) == rows
        assert not documents.purged(opened.ledger)
        assert purge.purge(opened, LATER, By("ann", ""), really=False).found.claims > 5, "a count needs none"


def test_without_a_setting_nothing_is_ever_purged(home):
    with home.opened() as opened, pytest.raises(StepError, match="retention_days"):
        purge.purge(opened, LATER, ANN, really=True)


def test_a_purged_home_can_be_sealed_afterwards(home):
    (home.path / "cleanclaim.toml").write_text("demo = true\nretention_days = 1\n")
    home.drop("lakeside/one.json", '{"broken')
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY, steps("pick_up", "pick_up"))
        assert purge.purge(opened, LATER, ANN, really=True).found.documents == 1

    from tasks.operations import seal_archive

    with home.opened() as opened:
        assert seal_archive.first_key(opened, LATER, ANN).documents == 0
        assert keys.archive_of(opened.settings)


def test_what_is_purged_is_in_no_pack_of_the_archive_either(worked):
    """Also when the first purge was killed after the ledger's part."""
    (worked.path / "cleanclaim.toml").write_text(SETTINGS + "archive_after_days = 30\n")
    with worked.opened() as opened:
        for piece in archive.pieces(opened, LATER):
            archive.do(opened, LATER, piece)
        files = set(opened.ledger.packs.names())
        held = {sha for name in files for sha in opened.ledger.packs.read(name, None, "")}
        assert retention.purge(opened.ledger, "2027-06-01", "2027-03-01", really=True).documents > 10
        purge.purge(opened, LATER, ANN, really=True)
        gone = {sha for sha, _ in retention.purged_documents(opened.ledger)}
        left = set(opened.ledger.packs.names())
        kept = {sha for name in left for sha in opened.ledger.packs.read(name, None, "")}
        assert kept == held - gone
        assert len(held & gone) > 10
        assert not left & files, "each lost some"
        assert packing.missing(opened.ledger) == []
        assert all(documents.read(opened.ledger, sha) for sha in kept)
