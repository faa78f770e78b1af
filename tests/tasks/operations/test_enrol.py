"""Enrolments are said, renewed, ended and imported by a person, and hold a claim before it is refused."""

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ledger.agreed import enrolments
from ledger.agreed.enrolments import APPROVED, ASKED, ENDED, Enrolment
from ledger.errors import ActRefused
from ledger.queries import claims
from ledger.queries.work_queue import Asked, items
from ledger.schema import enrolment
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations import enrol
from tasks.operations.money_acts import By
from tasks.operations.override_edit import override
from tasks.steps import write_batches
from tasks.work.causes import keep_queue
from tasks.work.commands import commands_of
from tests.tasks.coding_night import MONDAY, TUESDAY, WEDNESDAY, coded, held, warned

ANN = By("Ann", "the payer's letter of June")
LAKESIDE, SUMMIT, RENDERING = "1999000015", "1999000122", "1999001013"
EDI = Enrolment(kind="edi", payer="harbor", npi=LAKESIDE, state=APPROVED, from_on="2026-01-01")
CREDENTIAL = Enrolment(kind="credential", payer="harbor", npi=RENDERING, state=APPROVED, from_on="2026-01-01")
HEAD = "kind,payer,npi,clearinghouse,state,from,to\n"


def say(opened, wanted, day=MONDAY, dry_run=False, **changes):
    said = Enrolment(
        **{**{n: getattr(wanted, n) for n in ("kind", "payer", "npi", "state", "from_on")}, **changes}
    )
    return enrol.say(opened, day, ANN, said, dry_run=dry_run)


def rows(opened):
    with opened.ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(enrolment)).scalar_one()


def stands(opened):
    return [(e.number, e.kind, e.npi, *e.said) for e in enrolments.of(opened.ledger)]


@pytest.fixture
def opened(home):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    with home.opened() as found:
        yield found


def test_where_no_table_is_kept_no_claim_is_held(opened):
    coded(opened, MONDAY)
    assert held(opened) == {}
    assert warned(opened, "PRV-02") == set()


def test_an_approved_practice_goes_and_one_that_is_not_in_the_table_is_held_by_name(opened):
    done = say(opened, EDI, npi=SUMMIT)
    assert "claims of lakeside to harbor are held" in " ".join(done.effects)
    coded(opened, MONDAY)
    assert held(opened) == {"T-1": {"ENR-01"}}
    keep_queue(opened, MONDAY)
    [work] = items(opened.ledger, MONDAY, Asked(kinds=["hold"]))
    assert work.owner == "CREDENTIALING"
    assert "cleanclaim enrolments set" in work.action
    assert say(opened, EDI).effects == ("claims of lakeside to harbor go again",)
    coded(opened, TUESDAY)
    assert held(opened) == {}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"state": ASKED, "from_on": ""}, "asked for, not approved"),
        ({"state": ENDED, "from_on": "2026-01-01", "to_on": "2026-11-15"}, "ended from 2026-01-01 to"),
        ({"from_on": "2026-11-17"}, "approved from 2026-11-17"),
        ({"from_on": "2025-01-01", "to_on": "2026-11-15"}, "approved from 2025-01-01 to 2026-11-15"),
    ],
)
def test_an_enrolment_that_is_not_in_force_on_the_day_of_sending_holds_and_says_how_it_stands(
    opened, said, why
):
    done = say(opened, EDI, **said)
    assert why in " ".join(done.effects)
    coded(opened, MONDAY)
    assert held(opened) == {"T-1": {"ENR-01"}}


def test_it_is_in_force_on_its_last_day_itself(opened):
    say(opened, EDI, to_on=MONDAY.isoformat())
    coded(opened, MONDAY)
    assert held(opened) == {}


def test_another_clearinghouse_is_another_enrolment(home, opened):
    file = home.path / "partners/clearinghouses/northgate.toml"
    (file.with_name("southgate.toml")).write_text(
        file.read_text("utf-8").replace('receiver_id = "', 'receiver_id = "S'), "utf-8"
    )
    with home.opened() as again:
        say(again, EDI, clearinghouse="southgate")
        coded(again, MONDAY)
        assert held(again) == {"T-1": {"ENR-01"}}


def test_a_payer_that_takes_paper_alone_enrols_nobody_for_claims(home, opened):
    file = home.path / "partners/payers/harbor.toml"
    file.write_text(
        file.read_text("utf-8").replace("filing_limit_days", "paper = true\nfiling_limit_days", 1), "utf-8"
    )
    with home.opened() as again:
        say(again, EDI, npi=SUMMIT)
        coded(again, MONDAY)
        assert "ENR-01" not in held(again).get("T-1", set())


def test_a_claim_that_was_ready_before_its_enrolment_ended_is_held_before_it_is_written(opened):
    say(opened, EDI)
    coded(opened, MONDAY)
    enrol.end(opened, TUESDAY, ANN, 1, MONDAY, dry_run=False)
    assert claims.by_state(opened.ledger) == {"ready": 1}
    for piece in write_batches.pieces(opened, TUESDAY):
        assert write_batches.do(opened, TUESDAY, piece) == {"batches": 0, "claims": 0, "held": 1}
    assert claims.by_state(opened.ledger) == {"held": 1}
    assert held(opened) == {"T-1": {"ENR-01"}}
    override(opened, "T-1", "ENR-01", who="Ann", why="the payer takes them by phone", until=WEDNESDAY,
             as_of=WEDNESDAY)  # fmt: skip
    coded(opened, WEDNESDAY)
    for piece in write_batches.pieces(opened, WEDNESDAY):
        assert write_batches.do(opened, WEDNESDAY, piece)["claims"] == 1
    assert claims.by_state(opened.ledger) == {"batched": 1}


def test_a_held_claim_goes_the_night_after_its_enrolment_is_approved_and_is_accepted(home):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    with home.clearinghouse(MONDAY), home.opened() as opened:
        say(opened, EDI, state=ASKED, from_on="")
        nightly_run.walk(opened, MONDAY)
        assert held(opened) == {"T-1": {"ENR-01"}}
        say(opened, EDI, day=TUESDAY, from_on=TUESDAY.isoformat())
        assert stands(opened) == [(1, "edi", LAKESIDE, APPROVED, "2026-11-17", "")]
    assert home.journal == []
    with home.clearinghouse(TUESDAY), home.opened() as opened:
        nightly_run.walk(opened, TUESDAY)
        assert claims.by_state(opened.ledger) == {"accepted": 1}


@pytest.mark.parametrize(
    ("said", "warns"),
    [
        ({}, False),
        ({"to_on": "2026-11-02"}, False),  # the day of service itself
        ({"to_on": "2026-11-01"}, True),
        ({"from_on": "2026-11-03"}, True),
        ({"state": ASKED, "from_on": ""}, True),
        ({"npi": "1999001021"}, True),  # of a colleague
    ],
)
def test_the_rendering_provider_is_credentialed_with_the_payer_on_the_day_of_service(opened, said, warns):
    say(opened, CREDENTIAL, **said)
    coded(opened, MONDAY)
    assert held(opened) == {}
    assert warned(opened, "PRV-02") == ({"T-1"} if warns else set())


def test_a_payer_that_does_not_pay_for_them_may_hold_what_uncredentialed_providers_rendered(home, opened):
    file = home.path / "partners/payers/harbor.toml"
    raised = '\n[[edits_raised]]\nid = "PRV-02"\nreason = "it never pays them"\nuntil = 2027-01-31\n'
    file.write_text(file.read_text("utf-8") + raised, "utf-8")
    with home.opened() as again:
        say(again, CREDENTIAL, npi="1999001021")
        coded(again, MONDAY)
        assert held(again) == {"T-1": {"PRV-02"}}


def test_an_era_that_is_asked_for_holds_nothing(opened):
    done = say(opened, EDI, kind="era", state=ASKED, from_on="")
    assert done.effects == ()
    coded(opened, MONDAY)
    assert held(opened) == {}


def test_a_dry_run_says_what_it_would_come_to_and_writes_nothing(opened):
    before = audit.head(opened.ledger)
    preview = say(opened, EDI, npi=SUMMIT, dry_run=True)
    assert preview.dry_run
    assert (rows(opened), audit.head(opened.ledger)) == (0, before)
    done = say(opened, EDI, npi=SUMMIT)
    assert (done.changes, done.effects) == (preview.changes, preview.effects)


def test_each_decision_is_on_the_trail_with_who_and_why_and_said_twice_changes_nothing(opened):
    for act in (
        lambda: say(opened, EDI),
        lambda: enrol.end(opened, MONDAY, ANN, 1, TUESDAY, dry_run=False),
        lambda: enrol.renew(opened, MONDAY, ANN, 1, date(2027, 6, 30), dry_run=False),
    ):
        assert len(act().changes) == 1
        here = rows(opened), audit.head(opened.ledger)
        assert act().changes == ()
        assert (rows(opened), audit.head(opened.ledger)) == here
    assert stands(opened) == [(1, "edi", LAKESIDE, APPROVED, "2026-01-01", "2027-06-30")]
    said = audit.rows(opened.ledger, subject="enrolment 1")
    assert len(said) == 3
    assert all("by Ann: the payer's letter of June" in row.detail for row in said)
    assert [e.state for e in enrolments.history(opened.ledger, 1)] == [APPROVED, ENDED, APPROVED]


def test_nobody_and_no_reason_are_refused(opened):
    for by in (By("", "the payer's letter"), By("Ann", "")):
        with pytest.raises(ActRefused):
            enrol.say(opened, MONDAY, by, EDI, dry_run=False)
    assert rows(opened) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "fax"}, "ENL-01"),
        ({"payer": "nobody"}, "ENL-01"),
        ({"npi": RENDERING}, "ENL-01"),  # renders, bills nothing
        ({"kind": "credential"}, "ENL-01"),  # bills, renders nothing
        ({"kind": "eft", "clearinghouse": "northgate"}, "ENL-01"),
        ({"clearinghouse": "nowhere"}, "ENL-01"),
        ({"from_on": "01/01/2026"}, "ENL-01"),
        ({"from_on": ""}, "ENL-01"),
        ({"state": ASKED}, "ENL-01"),
        ({"state": ENDED}, "ENL-01"),
        ({"state": "refused"}, "ENL-01"),
        ({"to_on": "2025-12-31"}, "ENL-01"),
        ({"from_on": "2026-05-01"}, "ENL-02"),  # in a period that is known
        ({"from_on": "2025-05-01"}, "ENL-02"),
    ],
)
def test_what_is_not_right_is_refused_and_nothing_is_written(opened, changes, code):
    say(opened, EDI)
    with pytest.raises(StepError) as refused:
        say(opened, EDI, **changes)
    assert refused.value.code == code
    assert rows(opened) == 1


def test_an_end_or_a_renewal_of_nothing_is_refused(opened):
    say(opened, EDI, state=ASKED, from_on="")
    for act in (
        lambda: enrol.end(opened, MONDAY, ANN, 7, MONDAY, dry_run=False),
        lambda: enrol.renew(opened, MONDAY, ANN, 7, MONDAY, dry_run=False),
        lambda: enrol.renew(opened, MONDAY, ANN, 1, MONDAY, dry_run=False),
    ):
        with pytest.raises(StepError) as refused:
            act()
        assert refused.value.code == "ENL-01"
    enrol.end(opened, MONDAY, ANN, 1, MONDAY, dry_run=False)
    assert enrolments.of(opened.ledger)[0].words() == "ended before it was approved"


def test_a_file_is_imported_once_and_whole(opened, tmp_path):
    file = tmp_path / "enrolled.csv"
    file.write_text(
        HEAD
        + f"edi,harbor,{LAKESIDE},northgate,ended,2024-01-01,2025-12-31\n"
        + f"edi,harbor,{LAKESIDE},,approved,2026-01-01,\n"
        + f"era,harbor,{LAKESIDE},,asked,,\n"
        + f"eft,harbor,{LAKESIDE},,approved,2026-01-01,\n"
        + f"credential,harbor,{RENDERING},,approved,2020-01-01,2027-01-01\n",
        "utf-8-sig",
    )
    assert len(enrol.import_file(opened, MONDAY, ANN, file, dry_run=True).changes) == 5
    assert rows(opened) == 0
    assert len(enrol.import_file(opened, MONDAY, ANN, file, dry_run=False).changes) == 5
    assert enrol.import_file(opened, MONDAY, ANN, file, dry_run=False).changes == ()
    assert rows(opened) == 5
    coded(opened, MONDAY)
    assert held(opened) == {}
    assert warned(opened, "PRV-02") == set()


@pytest.mark.parametrize(
    "wrong",
    [
        f"edi,nobody,{LAKESIDE},,approved,2026-01-01,",
        f"edi,harbor,{LAKESIDE},,approved,2026-02-30,",
        "edi,harbor,,,approved,2026-01-01,",
        f"edi,harbor,{LAKESIDE},,approved,2026-03-01,",  # overlaps with the row before
        f"edi,harbor,{LAKESIDE},,approved,2026-01-01,,more",
        f'edi,harbor,"{LAKESIDE}"x,,approved,2026-01-01,',
    ],
)
def test_a_file_with_a_wrong_row_is_refused_with_its_line_and_nothing_is_half_done(opened, tmp_path, wrong):
    file = tmp_path / "enrolled.csv"
    file.write_text(f"{HEAD}edi,harbor,{LAKESIDE},,approved,2026-01-01,\n{wrong}\n", "utf-8")
    with pytest.raises(StepError) as refused:
        enrol.import_file(opened, MONDAY, ANN, file, dry_run=False)
    if refused.value.code != "ENL-03":
        assert refused.value.message.startswith("line 3: ")
    assert rows(opened) == 0


def test_a_file_that_is_no_text_or_has_other_columns_is_refused(opened, tmp_path):
    file = tmp_path / "enrolled.csv"
    for content, code in (
        (b"\xff\xfe\x00", "ENL-03"),
        (b"kind,payer,npi,state,note\nedi,h,1,asked,x\n", "ENL-01"),
        (b"", "ENL-03"),
        (b"date,amount\n", "ENL-03"),
    ):
        file.write_bytes(content)
        with pytest.raises(StepError) as refused:
            enrol.import_file(opened, MONDAY, ANN, file, dry_run=False)
        assert refused.value.code == code
    with pytest.raises(StepError):
        enrol.import_file(opened, MONDAY, ANN, tmp_path / "none.csv", dry_run=False)


def test_what_runs_out_is_work_sixty_days_before_and_is_over_once_it_is_renewed(opened):
    last = MONDAY + timedelta(days=60)
    say(opened, CREDENTIAL, to_on=last.isoformat())
    kinds = Asked(kinds=["enrolment"])
    keep_queue(opened, MONDAY - timedelta(days=1))
    assert items(opened.ledger, MONDAY, kinds) == []
    keep_queue(opened, MONDAY)
    keep_queue(opened, MONDAY)
    [work] = items(opened.ledger, MONDAY, kinds)
    assert (work.owner, work.due_on, work.days_left, work.practice) == (
        "CREDENTIALING",
        last.isoformat(),
        60,
        "lakeside",
    )
    assert "renew it" in work.action
    typed = [c.typed for c in commands_of(work)]
    assert 'cleanclaim enrolments renew 1 --to YYYY-MM-DD --why "..."' in typed
    say(opened, CREDENTIAL, state=ASKED, from_on="")
    keep_queue(opened, TUESDAY)
    assert "asked for" in items(opened.ledger, TUESDAY, kinds)[0].action
    say(opened, CREDENTIAL, day=TUESDAY, from_on=(last + timedelta(days=1)).isoformat())
    keep_queue(opened, TUESDAY)
    assert items(opened.ledger, TUESDAY, kinds) == []


def test_an_end_is_not_put_off_into_the_next_period(opened):
    """It was, by a day that is later than the one it had: two periods were in force at once."""
    say(opened, EDI, from_on="2026-01-01", to_on="2026-01-31")
    say(opened, EDI, from_on="2026-02-01")
    before = stands(opened)
    with pytest.raises(StepError) as refused:
        enrol.end(opened, MONDAY, ANN, 1, date(2026, 2, 1), dry_run=False)
    assert refused.value.code == "ENL-02"
    assert stands(opened) == before
    enrol.end(opened, MONDAY, ANN, 1, date(2026, 1, 20), dry_run=False)
    assert [e.to_on for e in enrolments.of(opened.ledger)] == ["2026-01-20", ""]


WORDS = st.tuples(
    st.sampled_from(["say", "ask", "end", "renew"]),
    st.integers(1, 4),
    st.integers(0, 40),
    st.none() | st.integers(0, 40),
)


def test_whatever_is_said_periods_of_one_enrolment_never_overlap_and_each_number_is_one_period(make_home):
    first = date(2026, 1, 1)
    homes = count()

    @settings(max_examples=30)
    @given(st.lists(WORDS, min_size=2, max_size=12))
    def whatever(words):
        with make_home(f"said{next(homes)}").opened() as opened:
            for what, number, day, until in words:
                from_on = first + timedelta(days=day)
                to = first + timedelta(days=until) if until is not None else None
                before = enrolments.of(opened.ledger)
                try:
                    if what == "end":
                        enrol.end(opened, MONDAY, ANN, number, from_on, dry_run=False)
                    elif what == "renew":
                        enrol.renew(opened, MONDAY, ANN, number, to, dry_run=False)
                    elif what == "ask":
                        say(opened, EDI, state=ASKED, from_on="")
                    else:
                        say(opened, EDI, from_on=from_on.isoformat(), to_on=to.isoformat() if to else "")
                except StepError:
                    assert enrolments.of(opened.ledger) == before
                found = enrolments.of(opened.ledger)
                assert {e.number for e in before} <= {e.number for e in found}
                assert len({e.number for e in found}) == len(found)
                assert sum(e.state == ASKED for e in found) <= 1
                for on in range(60):
                    assert sum(e.in_force(first + timedelta(days=on)) for e in found) <= 1

    whatever()
