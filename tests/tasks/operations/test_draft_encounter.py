"""A corrected encounter, written by a person from a piece of work: into the inbox, one version higher."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.queries.claims import late
from ledger.queries.work_queue import Asked, events, items
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations.draft_encounter import draft
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue
from tests.tasks.operations.conftest import DAY

PAT = By("Pat", "the authorization was found")


def drafted(opened, work, *changes, out=None, dry_run=False, by=PAT):
    return draft(opened, DAY, by, work.id, changes=changes, out=out, dry_run=dry_run)


def files(opened):
    return sorted(path.name for path in opened.settings.inbox.rglob("*-work*"))


def test_the_next_run_takes_it_and_its_claim_is_to_be_corrected(denied):
    opened, work = denied
    done = drafted(opened, work, "prior_authorization=A1")
    assert (done.version, done.file.parent.name, done.waits) == (2, "lakeside", False)
    assert [(c.place, c.before, c.after) for c in done.changes] == [("prior_authorization", "", "A1")]
    nightly_run.walk(opened, DAY + timedelta(days=1), nightly_run.steps_of("take_in"))
    [one] = late(opened.ledger)
    assert (one.version, one.patient_control_number) == (2, work.patient_control_number)
    keep_queue(opened, DAY)
    [waits] = items(opened.ledger, DAY, Asked(kinds=["late_encounter"]))
    assert (waits.claim_id, waits.reference) == (work.claim_id, work.patient_control_number)


def test_who_drafted_it_stands_in_the_history_without_what_it_says(denied):
    opened, work = denied
    drafted(opened, work, "patient.last=Quokkadale")
    event = events(opened.ledger, work.id)[-1]
    assert (event.event, event.actor) == ("drafted", "Pat")
    assert event.detail == "version 2, patient.last: the authorization was found"


def test_a_dry_run_writes_nothing(denied):
    opened, work = denied
    done = drafted(opened, work, "prior_authorization=A1", dry_run=True, by=By("Pat", ""))
    assert done.dry_run
    assert files(opened) == []
    assert [e.event for e in events(opened.ledger, work.id)] == ["opened"]


def test_done_twice_it_is_one_file_and_another_one_of_its_name_is_not_overwritten(denied):
    opened, work = denied
    drafted(opened, work, "prior_authorization=A1")
    drafted(opened, work, "prior_authorization=A1")
    assert len(files(opened)) == 1
    with pytest.raises(StepError, match=r"WRK-06.*there already"):
        drafted(opened, work, "prior_authorization=A2")


def test_without_a_change_it_is_written_where_a_person_fills_it_in(denied, tmp_path):
    opened, work = denied
    with pytest.raises(StepError, match=r"WRK-05.*--out"):
        drafted(opened, work)
    done = drafted(opened, work, out=tmp_path / "T-1.json")
    assert done.waits
    assert json.loads(done.file.read_text())["version"] == 2
    assert files(opened) == []


def test_with_a_marker_set_it_has_one(denied):
    opened, work = denied
    opened = replace(opened, settings=opened.settings.model_copy(update={"done_suffix": ".done"}))
    drafted(opened, work, "prior_authorization=A1")
    [file, marker] = files(opened)
    assert marker == f"{file}.done"


@pytest.mark.parametrize(
    ("change", "place", "value"),
    [
        ("lines[1].modifiers[1]=25", ("lines", 0, "modifiers"), ["25"]),
        ("lines[1].note=", ("lines", 0, "procedure"), "99213"),
        ("diagnoses[2]=R05.9", ("diagnoses", 1), "R05.9"),
        ("rendering.npi=1999001021", ("rendering", "npi"), "1999001021"),
    ],
)
def test_a_place_is_named_as_the_differences_name_it(denied, tmp_path, change, place, value):
    opened, work = denied
    facts = json.loads(drafted(opened, work, change, out=tmp_path / "one.json").file.read_text())
    for step in place:
        facts = facts[step]
    assert facts == value


@pytest.mark.parametrize(
    "change",
    ["no sign", "=1", "lines[9].modifiers[1]=25", "lines.modifiers=25", "lines[0].charge=1", "no_such=1",
     "service_date=soon", "diagnoses-1=R05"],
)  # fmt: skip
def test_what_an_encounter_cannot_have_is_refused_without_its_value(denied, change):
    opened, work = denied
    with pytest.raises(StepError, match="WRK-06") as refused:
        drafted(opened, work, change)
    assert "soon" not in str(refused.value)
    assert files(opened) == []


def test_work_about_no_encounter_has_none_to_draft(denied):
    opened, _ = denied
    with pytest.raises(StepError, match="WRK-05"):
        draft(opened, DAY, PAT, 99, changes=("note=A",), out=None, dry_run=False)
