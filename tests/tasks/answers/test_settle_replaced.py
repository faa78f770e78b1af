"""What was quarantined leaves its queue: by itself once it was corrected, or by a person's decision."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

import edi
from config.problem import Problem
from console.command import app
from edi.acknowledgments.replies import replies
from edi.records import Envelope, Party
from ledger.queries import claims, work
from ledger.queries.night import problems
from ledger.runs import settling
from ledger.runs.settling import Subject
from ledger.sending import responses
from tasks import nightly_run
from tasks.answers import settle_replaced
from tasks.runs.lease import lease
from tasks.work.owners import work_of

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)


def ask(home, *words):
    return CliRunner().invoke(app, [*words, "--home", str(home.path)])


def evening(home, day):
    with lease(str(home.path), "", day) as taken:
        nightly_run.walk(taken.home, day)
        taken.close([])


def quarantined(home):
    with home.opened() as opened:
        return work.waiting(opened.ledger).quarantined, len(problems(opened.ledger, open_only=True))


@pytest.fixture
def cut(home):
    """A home with an encounter of which half came."""
    home.use_folder()
    whole = json.dumps(home.encounter())
    home.drop("lakeside/visit.json", whole[: len(whole) // 2])
    evening(home, MONDAY)
    assert quarantined(home) == (1, 1)
    return home


def test_a_corrected_file_of_the_same_name_takes_the_old_one_out_of_the_queue(cut):
    cut.drop("lakeside/other.json", cut.encounter("T-9"))
    evening(cut, TUESDAY)
    assert quarantined(cut) == (1, 1), "another file is no correction"
    cut.drop("lakeside/visit.json", cut.encounter())
    evening(cut, WEDNESDAY)
    assert quarantined(cut) == (0, 0)
    [said] = json.loads(ask(cut, "quarantine", "history", "--json").stdout)["history"]
    assert (said["who"], said["name"], said["business_on"]) == (
        settling.ITSELF,
        "lakeside/visit.json",
        "2026-11-18",
    )
    assert "inbox file 3" in said["why"]
    assert ask(cut, "quarantine").exit_code == 0


def test_a_file_of_another_name_with_newer_versions_of_all_and_what_was_missing_is_a_correction(home):
    home.use_folder()
    first, second = home.encounter(), home.encounter("T-2", service_date="2026-11-03")
    home.drop("lakeside/a.json", json.dumps([first, {**second, "service_date": "soon"}]))
    evening(home, MONDAY)
    [file] = json.loads(ask(home, "quarantine", "--json").stdout)["files"]
    assert file["name"] == "lakeside/a.json"
    home.drop("lakeside/b.json", json.dumps([{**first, "version": 2}]))
    evening(home, TUESDAY)
    assert ask(home, "quarantine").exit_code == 3, "the second one is still missing"
    home.drop("lakeside/c.json", json.dumps([{**first, "version": 3}, second]))
    evening(home, WEDNESDAY)
    assert ask(home, "quarantine").exit_code == 0
    [said] = json.loads(ask(home, "quarantine", "history", "--json").stdout)["history"]
    assert (said["who"], said["name"]) == (settling.ITSELF, "lakeside/a.json")
    assert "inbox file 3" in said["why"]


def test_newer_versions_in_one_file_and_other_visits_in_another_are_no_correction(home):
    """The query looked for the newer versions in every later file, not in the one that was to be it."""
    home.use_folder()
    first, second = home.encounter(), home.encounter("T-2", service_date="2026-11-03")
    home.drop("lakeside/a.json", json.dumps([first, {**second, "service_date": "soon"}]))
    evening(home, MONDAY)
    home.drop("lakeside/b.json", json.dumps([{**first, "version": 2}]))
    others = [home.encounter(f"T-{n}", service_date=f"2026-11-0{n}") for n in (4, 5)]
    home.drop("lakeside/c.json", json.dumps(others))
    evening(home, TUESDAY)
    assert ask(home, "quarantine").exit_code == 3, "T-2 is still missing"


@pytest.mark.usefixtures("prefect_server")
def test_a_run_ends_with_0_again_once_the_only_open_thing_is_settled(home):
    home.drop("lakeside/visit.json", '{"id": ')
    assert ask(home, "run", "--date", "2026-11-16").exit_code == 3
    assert ask(home, "quarantine", "settle", "1", "--why", "billed on paper").exit_code == 0
    assert ask(home, "run", "--date", "2026-11-17").exit_code == 0


def test_a_second_broken_file_of_the_same_name_is_no_correction(cut):
    cut.drop("lakeside/visit.json", '{"id": ')
    evening(cut, TUESDAY)
    assert quarantined(cut) == (2, 2)


def test_a_person_settles_what_was_quarantined_and_may_take_it_back(cut):
    assert ask(cut, "quarantine").exit_code == 3
    assert ask(cut, "quarantine", "settle", "1", "--why", " ").exception.code == "QUA-02"
    assert ask(cut, "quarantine", "settle", "77", "--why", "x").exception.code == "QUA-01"
    assert ask(cut, "quarantine", "settle", "1", "--why", "billed on paper").exit_code == 0
    assert quarantined(cut) == (0, 0)
    assert ask(cut, "quarantine").exit_code == 0
    evening(cut, TUESDAY)
    assert quarantined(cut) == (0, 0), "it stays settled"
    with cut.opened() as opened:
        assert work.waiting(opened.ledger).total == 0, "so that a run ends with 0"
    again = ask(cut, "quarantine", "settle", "1", "--why", "twice", "--json")
    assert json.loads(again.stdout)["changed"] is False
    assert ask(cut, "quarantine", "reopen", "1", "--why", "it was another visit").exit_code == 0
    assert quarantined(cut) == (1, 1)
    history = json.loads(ask(cut, "quarantine", "history", "--json").stdout)["history"]
    assert [(h["state"], h["why"]) for h in history] == [
        ("open", "it was another visit"),
        ("settled", "billed on paper"),
    ]
    assert all("@" in h["who"] for h in history)
    trail = json.loads(ask(cut, "audit", "show", "--json").stdout)["rows"]
    assert ("settled", "billed on paper") in [(r["act"], r["detail"]) for r in trail]


ENVELOPE = Envelope(
    sender_id="NORTHGATE", receiver_id="CLEANCLAIM", control_number=7, created=MONDAY, usage="T",
    submitter=Party(), receiver=Party(),
)  # fmt: skip


def answer_of(number: int) -> bytes:
    ack = edi.InterchangeAcknowledgment(control_number="000000001", created=MONDAY, status="A")
    envelope = Envelope(**{**{n: getattr(ENVELOPE, n) for n in ENVELOPE.__slots__}, "control_number": number})
    return edi.write_acknowledgments([ack], envelope)


@pytest.mark.parametrize(
    ("aside", "name", "data", "how"),
    [
        (answer_of(7)[:60], "ack.x12", answer_of(8), "name"),
        (answer_of(7), "ack.x12", answer_of(8), ""),  # the partner uses one name each day
        (answer_of(7), "other.x12", answer_of(7)[:-1] + b"~\n", "interchange"),
        (answer_of(7), "other.x12", b"anything", ""),
    ],
)
def test_a_partners_file_leaves_the_queue_when_its_right_form_was_taken(home, aside, name, data, how):
    trouble = Problem(place="", code="RSP-DAMAGED", message="cut off", remedy="ask for it again")
    seen = {"size": 1, "mtime": 1}
    with home.opened() as opened:
        ledger = opened.ledger
        bad = responses.store(
            ledger, "2026-11-16", "northgate", "ack.x12", aside, **seen, state="quarantined",
            troubles=[trouble],
        )  # fmt: skip
        new = responses.store(
            ledger, "2026-11-17", "northgate", name, data, **seen, sender="ZZ:NORTHGATE",
            isa13="000000007" if how == "interchange" else "000000008", kinds="TA1",
        )  # fmt: skip
        settle_replaced.settle_replaced(opened, TUESDAY)
        assert work.waiting(ledger).quarantined == 1, "it is not taken yet"
        with ledger.write() as connection:
            responses.finish(connection, new)
        assert settle_replaced.settle_replaced(opened, TUESDAY) == bool(how)
        assert work.waiting(ledger).quarantined == (0 if how else 1)
        for said in settling.history(ledger):
            assert said.subject == Subject("response", bad)
            assert f"same {how}" in said.why


def test_a_999_names_the_claim_that_is_at_fault_and_the_others_of_its_file(home):
    home.use_folder()
    for number in ("T-1", "T-2", "T-3"):
        home.drop(f"lakeside/{number}.json", home.encounter(number, service_date=f"2026-11-0{number[-1]}"))
    evening(home, MONDAY)
    [sent] = (home.path / "site" / "inbound").glob("*.837")
    pieces = sent.read_bytes().split(b"NM1*82*1*")
    # the second claim's rendering provider without a last name
    pieces[2] = b"*" + pieces[2].partition(b"*")[2]
    acks, envelope = replies(b"NM1*82*1*".join(pieces))
    refused = [a for a in acks if isinstance(a, edi.ImplementationAcknowledgment)]
    assert [a.status for a in refused] == ["R"]
    (home.path / "site" / "outbound" / "refused.x12").write_bytes(
        edi.write_acknowledgments(refused, envelope)
    )
    evening(home, TUESDAY)
    with home.opened() as opened:
        rejected = {r.external_id: r for r in claims.rejections(opened.ledger)}
        items = {number: work_of(r) for number, r in rejected.items()}
    assert items["T-2"].words.startswith("2310B NM103 is missing: rendering provider, last")
    assert items["T-2"].owner == "CREDENTIALING"
    assert "the practice's file" in items["T-2"].remedy
    number = rejected["T-2"].patient_control_number
    for other in ("T-1", "T-3"):
        assert items[other].words == f"nothing is wrong with it: its file was refused for {number}"
        assert "unchanged" in items[other].remedy
    listed = ask(home, "rejections", "--owner", "credentialing", "--json")
    assert [r["external_id"] for r in json.loads(listed.stdout)["rejections"]] == ["T-2"]
    again = ("rejections", "again", "--batch", "1", "--json")
    assert ask(home, *again).exception.code == "REJ-02"
    assert ask(home, "rejections", "again", "--why", "x").exception.code == "REJ-02"
    assert ask(home, "rejections", "again", "NOBODY", "--why", "x").exception.code == "REJ-01"
    would = json.loads(ask(home, *again, "--dry-run").stdout)
    assert sorted(would["claims"]) == sorted(rejected[o].patient_control_number for o in ("T-1", "T-3"))
    assert would["claims"] == json.loads(ask(home, *again, "--why", "another's fault").stdout)["claims"]
    assert json.loads(ask(home, *again, "--why", "twice").stdout)["claims"] == []
    evening(home, WEDNESDAY)
    sent = {p.name: p.read_bytes() for p in (home.path / "site" / "inbound").glob("*.837")}
    assert len(sent) == 2
    [second] = [data for data in sent.values() if rejected["T-2"].patient_control_number.encode() not in data]
    assert [rejected[o].patient_control_number.encode() in second for o in ("T-1", "T-3")] == [True, True]
    assert (
        ask(home, "rejections", "again", number, "--why", "the practice's file has the name").exit_code == 0
    )
    trail = json.loads(ask(home, "audit", "show", "--json").stdout)["rows"]
    again = [r["detail"].partition(": ")[2] for r in trail if r["act"] == "sent again"]  # after who said so
    assert again.count("another's fault") == 2
    evening(home, date(2026, 11, 19))
    with home.opened() as opened:
        assert claims.rejections(opened.ledger) == []


def test_of_a_file_that_is_refused_as_a_whole_all_claims_may_go_again(home):
    home.use_folder()
    for number in ("T-1", "T-2"):
        home.drop(f"lakeside/{number}.json", home.encounter(number, service_date=f"2026-11-0{number[-1]}"))
    evening(home, MONDAY)
    one = edi.TransactionAcknowledgment(
        transaction_set="837", control_number="0001", status="R", codes=("5",)
    )
    whole = edi.ImplementationAcknowledgment(
        functional_code="HC", group_control_number="1", status="R", included=1, received=1, accepted=0,
        version="005010X222A1", transactions=(one,),
    )  # fmt: skip
    (home.path / "site" / "outbound" / "refused.x12").write_bytes(
        edi.write_acknowledgments([whole], ENVELOPE)
    )
    evening(home, TUESDAY)
    with home.opened() as opened:
        items = [work_of(r) for r in claims.rejections(opened.ledger)]
    assert len(items) == 2
    assert all("whole file" in t.remedy and "--batch 1" in t.remedy for t in items)
    done = json.loads(ask(home, "rejections", "again", "--batch", "1", "--why", "x", "--json").stdout)
    assert len(done["claims"]) == 2
    evening(home, WEDNESDAY)
    assert len(list((home.path / "site" / "inbound").glob("*.837"))) == 2
