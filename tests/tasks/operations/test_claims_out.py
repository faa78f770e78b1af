"""After a restore a person says what was sent already: it is not sent again, and is paid all the same."""

import shutil
from dataclasses import replace
from datetime import date

import pytest

import edi
from config.settings import load
from edi.records import ClaimAcknowledgment, ClaimStatus, Party, ProviderStatus, Status
from ledger.errors import BackupRefused
from ledger.queries import claims, money, standing
from ledger.queries.batches import all_batches
from ledger.queries.night import problems
from ledger.sending import batches, claims_out
from ledger.trail import audit
from tasks import nightly_run
from tasks.claims.claim_numbers import patient_control_number, sequence_number
from tasks.errors import StepError
from tasks.home import audit_trail, keys
from tasks.operations import backup, decide_batch
from tasks.operations import claims_out as said
from tasks.operations.money_acts import By
from tasks.runs.lease import lease
from tests.steps import steps
from tests.tasks.answering import HARBOR, LAKESIDE, Partner, paid, remitted

ANN = By("ann", "the regular backup")
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, n) for n in (16, 17, 18, 19))
WHY = "the partner's listing"


def walk(home, day):
    with lease(str(home.path), "", day) as taken:
        assert taken, taken.message
        nightly_run.walk(taken.home, day)
        taken.close([])


def numbers(home) -> list[str]:
    """Every patient control number that came, as often as it came."""
    folder = home.path / "site" / "inbound"
    return sorted(c.patient_control_number for f in folder.iterdir() for c in edi.read_claims(f.read_bytes()))


def lose(home):
    for file in home.path.glob("ledger.db*"):
        file.unlink()


def restore(home, file, **options):
    folder = keys.archive_folder(load(home.path))
    return backup.restore(
        load(home.path), file, WEDNESDAY, **{"nothing_since": False, "archive_keys": folder} | options
    )


def documented(home, n):
    home.drop(f"lakeside/{n}.json", home.encounter(f"T-{n}", service_date=f"2026-11-0{n}"))


@pytest.fixture
def lost(home):
    """T-1 was written before the backup and sent after it; T-2 came and went out after it."""
    home.use_folder()
    documented(home, 1)
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY, steps("pick_up", "write_batches"))
        home.backup = backup.back_up(opened, MONDAY, ANN, home.path / "b.zip").file
    documented(home, 2)
    walk(home, TUESDAY)
    home.out = numbers(home)
    assert len(home.out) == 2
    lose(home)
    return home


def release(home):
    with home.opened() as opened:
        for clearinghouse in batches.stopped(opened.ledger):
            decide_batch.release_partner(opened, WEDNESDAY, clearinghouse, WHY)


def test_what_went_out_after_the_backup_is_not_sent_again_and_its_payment_finds_its_claim(lost):
    restore(lost, lost.backup)
    walk(lost, WEDNESDAY)  # T-2 is built anew, under a number of its own
    assert numbers(lost) == lost.out
    with lost.opened() as opened:
        preview = said.from_sent(opened, WEDNESDAY, WHY, really=False)
        assert sorted(one.claims for one in preview) == [1, 1]
        assert claims.by_state(opened.ledger) == {"batched": 1, "ready": 1}, "a dry run writes nothing"
        done = said.from_sent(opened, WEDNESDAY, WHY, really=True)
        assert done == preview
        assert [one.not_found for one in done] == [0, 0]
        assert said.from_sent(opened, WEDNESDAY, WHY, really=True) == [], "said twice, it is as said once"
        assert claims.by_state(opened.ledger) == {"sent": 2}
        assert [b.state for b in all_batches(opened.ledger)] == ["sent", "sent"]
        assert money.money(opened.ledger).charged == 2 * 135_00
        assert money.money(opened.ledger).closes
        assert WHY in audit.rows(opened.ledger, act=claims_out.OUT)[0].detail
        assert audit_trail.verify(opened).holds
        known = {row.patient_control_number for row in standing.claims(opened.ledger)}
        assert known == set(lost.out), "each has the number that it is out under"
    release(lost)
    documented(lost, 3)
    walk(lost, THURSDAY)
    assert len(numbers(lost)) == 3
    assert len(set(numbers(lost))) == 3


def test_a_partners_list_names_the_claims_that_it_has(lost):
    restore(lost, lost.backup)
    with lost.opened() as opened:
        [batch] = all_batches(opened.ledger)
        decide_batch.abandon(opened, WEDNESDAY, batch.id, WHY)  # its claim is ready again
        listing = lost.path / "listing.csv"
        listing.write_text(f"claim,received\n{lost.out[0]},2026-11-17\nC99999990,2026-11-17\n")
        [done] = said.from_list(opened, WEDNESDAY, listing, WHY, really=True)
        assert done.claims == 1
        assert claims.by_state(opened.ledger) == {"sent": 1}
        assert [b.state for b in all_batches(opened.ledger)] == ["rejected", "accepted"]
        with pytest.raises(StepError, match="LGR-04"):
            said.from_list(opened, WEDNESDAY, listing, WHY, really=True)
        assert audit_trail.verify(opened).holds
    release(lost)
    walk(lost, THURSDAY)
    assert numbers(lost).count(lost.out[0]) == 1, "a list is never sent"


def service_days(home) -> dict[str, int]:
    """The day of each claim that came, by its number."""
    files = (home.path / "site" / "inbound").iterdir()
    return {
        c.patient_control_number: c.lines[0].service_from.day
        for f in files
        for c in edi.read_claims(f.read_bytes())
    }


def test_a_claim_that_a_list_counted_is_accepted_by_the_answer_to_the_file_it_was_in(lost):
    partner = Partner(lost)
    restore(lost, lost.backup)
    with lost.opened() as opened:
        [batch] = all_batches(opened.ledger)
        decide_batch.abandon(opened, WEDNESDAY, batch.id, WHY)  # the answer to this very file comes later
        listing = lost.path / "listing.csv"
        [number] = [n for n, day in service_days(lost).items() if day == 1]
        listing.write_text(number)
        said.from_list(opened, WEDNESDAY, listing, WHY, really=True)
    accepted = Status(category="A2", code="20", entity="PR", action="WQ", effective=WEDNESDAY, amount=13500)
    claim = ClaimStatus(patient_control_number=number, statuses=(accepted,))
    # the answer to its own file, and to one of which nothing is left
    for name, reference in (("a.277", "1"), ("b.277", "999")):
        ack = ClaimAcknowledgment(
            source=HARBOR,
            receiver=Party(last="CLEANCLAIM", id="CLEANCLAIM", id_qualifier="46"),
            batch_reference=reference,
            source_trace=name,
            received=WEDNESDAY,
            processed=WEDNESDAY,
            statuses=(replace(accepted, category="A1", code="19"),),
            providers=(ProviderStatus(provider=LAKESIDE, claims=(claim,)),),
        )
        partner.put(name, edi.write_acknowledgments([ack], partner.envelope()))
        partner.collect(WEDNESDAY)
        with lost.opened() as opened:
            assert claims.by_state(opened.ledger)["accepted"] == 1, name
            assert problems(opened.ledger) == []
            assert [b.state for b in all_batches(opened.ledger)][:2] == ["rejected", "accepted"]


@pytest.mark.parametrize("first", [True, False], ids=["said first", "paid first"])
def test_a_remittance_of_before_the_disaster_pays_no_other_patient_and_finds_its_claim(lost, first):
    """The claim was sent after the backup; meanwhile another patient's claim takes its place."""
    partner = Partner(lost)
    [number] = [n for n, day in service_days(lost).items() if day == 2]
    (lost.inbox / "lakeside" / "2.json").rename(lost.path / "2.json")
    restore(lost, lost.backup)
    documented(lost, 3)
    walk(lost, WEDNESDAY)
    (lost.path / "2.json").rename(lost.inbox / "lakeside" / "2.json")
    walk(lost, WEDNESDAY)
    assert numbers(lost) == lost.out

    def say():
        with lost.opened() as opened:
            assert sum(one.claims for one in said.from_sent(opened, WEDNESDAY, WHY, really=True)) == 2

    if first:
        say()
    partner.pay("old.835", remitted(paid(number), trace="OLD"))
    partner.collect(WEDNESDAY)
    if not first:
        say()
    with lost.opened() as opened:
        found = money.money(opened.ledger)
        assert found.closes
        assert found.cash == 100_00
        states = {c.patient_control_number: c.state for c in standing.claims(opened.ledger)}
        assert len(states) == 3
        assert {n for n, state in states.items() if state == "paid"} == ({number} if first else set())
        assert found.suspense == (0 if first else 100_00), "money of no known claim waits for a person"
        assert audit_trail.verify(opened).holds


def test_copies_that_are_sealed_are_read_with_their_key(lost, home):
    lose(home)
    shutil.rmtree(home.path / "edi")
    shutil.rmtree(home.path / "audit")
    shutil.rmtree(home.path / "site")
    home.use_folder()
    keys.new_archive_key(load(home.path))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY, steps("pick_up", "write_batches"))
        file = backup.back_up(opened, MONDAY, ANN, home.path / "sealed.zip.age").file
    walk(home, TUESDAY)
    lose(home)
    restore(home, file)
    with home.opened() as opened:
        [one] = said.from_sent(opened, WEDNESDAY, WHY, really=True)
        assert one.sent


@pytest.mark.parametrize("sealed", [False, True])
def test_what_the_archive_took_after_the_backup_is_known_to_be_out_without_copies_and_heads(home, sealed):
    if sealed:
        keys.new_archive_key(load(home.path))
    settings = home.path / "cleanclaim.toml"
    settings.write_text("demo = true\nsettle_seconds = 0\narchive_after_days = 1\n")
    home.use_folder()
    documented(home, 1)
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY, steps("pick_up", "write_batches"))
        file = backup.back_up(opened, MONDAY, ANN, home.path / "b.zip").file
    documented(home, 2)
    walk(home, TUESDAY)
    out = numbers(home)
    walk(home, THURSDAY)  # what was written on Monday and Tuesday is archived
    assert not [f for f in (home.path / "edi").rglob("*") if f.is_file()]
    lose(home)
    shutil.rmtree(home.path / "audit")
    settings.write_text("demo = true\nsettle_seconds = 0\n")
    restore(home, file)
    walk(home, THURSDAY)
    assert numbers(home) == out
    with home.opened() as opened:
        preview = said.from_sent(opened, THURSDAY, WHY, really=False)
        assert sorted((one.claims, one.sent) for one in preview) == [(1, False), (1, True)]
        assert said.from_sent(opened, THURSDAY, WHY, really=True) == preview
        assert said.from_sent(opened, THURSDAY, WHY, really=True) == []
        assert claims.by_state(opened.ledger) == {"sent": 2}
        assert {row.patient_control_number for row in standing.claims(opened.ledger)} == set(out)
        assert audit_trail.verify(opened).holds
    release(home)
    documented(home, 3)
    walk(home, THURSDAY)
    assert len(set(numbers(home))) == len(numbers(home)) == 3


def test_a_number_that_is_out_is_never_given_again_even_where_every_head_is_lost(lost):
    shutil.rmtree(lost.path / "audit")
    restore(lost, lost.backup)
    release(lost)
    documented(lost, 3)
    walk(lost, THURSDAY)
    again = set(numbers(lost)) - set(lost.out)
    assert again, "new claims went out"
    assert len(set(numbers(lost))) == len(numbers(lost))


def test_a_partners_list_moves_the_numbers_past_it(lost):
    shutil.rmtree(lost.path / "audit")
    shutil.rmtree(lost.path / "edi")
    far = patient_control_number("AB", 123_456_789)
    restore(lost, lost.backup, listed=f"x;{far}\n".encode())
    walk(lost, WEDNESDAY)
    with lost.opened() as opened:
        newest = max(sequence_number(number) for number, _ in claims.ready_numbers(opened.ledger))
    assert newest > 123_456_789


def test_a_backup_of_another_home_is_refused_where_this_one_sent_files(lost, make_home):
    other = make_home("other")
    other.use_folder()
    documented(other, 1)
    walk(other, MONDAY)
    with other.opened() as opened:
        file = backup.back_up(opened, MONDAY, ANN, other.path / "b.zip").file
    with pytest.raises(BackupRefused, match="another ledger"):
        restore(lost, file)
    restore(lost, lost.backup)
    with lost.opened() as opened:
        assert opened.doubt == ""
