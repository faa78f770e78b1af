"""Generated nights: the same from the same seed however they are cut, of every kind, and answered."""

from collections import Counter
from itertools import chain

from sqlalchemy import func, select

import intake
from bench.lifelike import partners
from bench.lifelike.answers import Partner
from bench.lifelike.encounters import Life
from bench.lifelike.inbox import day_of, write_night
from bench.lifelike.partners import FORMATS, practices
from ledger.queries.proof import of_all
from ledger.schema import claim_version, encounter, submission
from tasks import nightly_run

SENDING = (*nightly_run.steps_of("take_in"), *nightly_run.steps_of("submit"))


def files(folder):
    return {f.relative_to(folder): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def encounters(folder):
    found = Counter()
    for name, data in files(folder).items():
        read = intake.read(name.name, data)
        assert read.problems == []
        found.update(one.id for one in read.encounters)
    return found


def test_the_same_seed_writes_the_same_files_and_another_seed_others(tmp_path):
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        write_night(tmp_path / name, 150, life=Life(seed))
    assert files(tmp_path / "one") == files(tmp_path / "same")
    assert files(tmp_path / "one") != files(tmp_path / "other")


def test_two_nights_have_the_encounters_of_one_twice_as_long_each_once(tmp_path):
    write_night(tmp_path / "one", 160)
    write_night(tmp_path / "two", 70)
    write_night(tmp_path / "two", 90, before=70, night=2)
    assert encounters(tmp_path / "one") == encounters(tmp_path / "two")
    assert set(encounters(tmp_path / "one").values()) == {1}
    assert encounters(tmp_path / "one").total() == 160


def test_people_come_again_to_their_own_practice():
    life, seen = Life(), {}
    for number in range(2000):
        person = life.person(number)
        seen.setdefault(person.number, set()).add(life.practice_of(number))
    assert all(len(whose) == 1 for whose in seen.values())
    assert 1300 < len(seen) < 1700


def test_a_night_has_every_kind_and_format_and_its_answers_leave_a_ledger_that_proves(home):
    site = home.use_folder()
    partners.write(home.path / "partners")
    partner = Partner(site)
    with home.opened() as opened:
        write_night(opened.settings.inbox, 150)
        nightly_run.walk(opened, day_of(1), SENDING)
        partner.answer(day_of(2))
        write_night(opened.settings.inbox, 150, night=2, before=150)
        nightly_run.walk(opened, day_of(2))
        nightly_run.walk(opened, day_of(3), SENDING)
        with opened.ledger.read() as connection:
            states = dict(connection.execute(_counted(encounter.c.state)).tuples().all())
            kinds = dict(connection.execute(_counted(claim_version.c.kind)).tuples().all())
            said = dict(connection.execute(_counted(submission.c.state)).tuples().all())
            orders = dict(connection.execute(_counted(submission.c.payer_order)).tuples().all())
        assert of_all(opened.ledger).holds
    assert {practice.format for practice in practices()} == set(FORMATS)
    assert set(kinds) == {"P", "I", "D"}
    assert 0.04 < states["held"] / 300 < 0.14
    assert min(said["paid"], said["denied"], said["rejected"], orders["S"]) > 0
    assert list(chain(opened.settings.inbox.rglob("*.hl7"), opened.settings.inbox.rglob("*.xml")))


def _counted(column):
    return select(column, func.count()).group_by(column)
