"""Denials of real nights become a rule in the payer's file, and the next claim of the kind is held."""

from datetime import date

import pytest

from config.errors import ConfigurationError
from ledger.errors import ActRefused
from ledger.queries import standing
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.measures.causes import causes
from tasks.measures.measured import scope
from tasks.operations.make_payer_edit import make_payer_edit
from tasks.operations.money_acts import By
from tests.tasks.coding_night import MONDAY, TUESDAY, WEDNESDAY, held
from tests.tasks.later_payers import remittance
from tests.tasks.operations.killing import killed

ANN = By("ann", "harbor denies tracings since November")
OF = scope(TUESDAY, date(2026, 11, 1), date(2026, 11, 30))
LINES = [
    {"procedure": "99213", "charge": "100.00", "pointers": [1]},
    {"procedure": "93000", "charge": "35.00", "pointers": [1]},
]
ANSWER = """CLP*{number}*1*135*100*0*12*I{n}*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*202610{n:02d}~
SVC*HC:99213*100*100**1~
DTM*472*202610{n:02d}~
SVC*HC:93000*35*0**1~
DTM*472*202610{n:02d}~
CAS*CO*96*35~
"""


def denied_night(home):
    """A night's claims of two lines each, of which harbor denies the second one the night after."""
    site = home.use_folder()
    for n in range(10, 22):
        encounter = home.encounter(f"T-{n}", service_date=f"2026-10-{n}", lines=LINES)
        home.drop(f"lakeside/{n}.json", encounter)
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
        numbers = {c.external_id: c.patient_control_number for c in standing.claims(opened.ledger)}
        said = "".join(ANSWER.format(number=numbers[f"T-{n}"], n=n) for n in range(10, 22))
        (site / "outbound" / "one.835").write_text(remittance(101, said, 1200), "ascii")
        nightly_run.walk(opened, TUESDAY)
    return home


@pytest.fixture
def denied(home):
    return denied_night(home)


def file_of(home):
    return home.path / "partners" / "payers" / "harbor.toml"


@pytest.mark.usefixtures("either_database")
def test_a_pattern_is_previewed_then_written_once_and_holds_the_next_claim_of_its_kind(denied):
    before = file_of(denied).read_text()
    with denied.opened() as opened:
        [one] = causes(opened, OF)
        assert (one.code, dict(one.facts), one.count, one.cents) == ("96", {"procedure": "93000"}, 12, 420_00)
        assert one.heads_off == ("MN-02",)
        with pytest.raises(ActRefused):
            make_payer_edit(opened, TUESDAY, By("ann", ""), one.id, OF, dry_run=False)
        with pytest.raises(StepError, match="CSE-01"):
            make_payer_edit(opened, TUESDAY, ANN, "0badcafe", OF, dry_run=True)
        with pytest.raises(StepError, match="CSE-04 a rule until 2026-11-01"):
            make_payer_edit(opened, TUESDAY, ANN, one.id, OF, date(2026, 11, 1), dry_run=False)
        preview = make_payer_edit(opened, TUESDAY, ANN, one.id, OF, dry_run=True)
        assert file_of(denied).read_text() == before
        made = make_payer_edit(opened, TUESDAY, ANN, one.id, OF, dry_run=False)
        assert made.tried == preview.tried
        assert (made.tried.such, made.tried.held, made.tried.clean_held) == (12, 12, 0)
        trail = [(row.act, row.subject) for row in audit.rows(opened.ledger)]
        assert ("edit made", f"payer harbor rule {one.id}") in trail
    assert file_of(denied).read_text().startswith(before.rstrip())
    denied.drop("lakeside/next.json", denied.encounter("T-30", service_date="2026-11-12", lines=LINES))
    denied.drop("lakeside/other.json", denied.encounter("T-31", service_date="2026-11-13", lines=LINES[:1]))
    with denied.opened() as opened:
        with pytest.raises(StepError, match=f"CSE-04 rule {one.id} stands in harbor"):
            make_payer_edit(opened, TUESDAY, ANN, one.id, OF, dry_run=False)
        nightly_run.walk(opened, WEDNESDAY)
        assert held(opened) == {"T-30": {"PAY-01"}}
        assert "T-31" in {c.external_id for c in standing.claims(opened.ledger)}


def test_an_edit_that_is_killed_is_in_the_file_whole_or_not_at_all(denied):
    with denied.opened() as opened:
        name = causes(opened, OF)[0].id
    text, point = file_of(denied).read_text(), 1
    while killed(denied, lambda h: make_payer_edit(h, TUESDAY, ANN, name, OF, dry_run=False), point):
        with denied.opened() as opened:
            there = opened.partners.payers["harbor"].denied_lines
        assert (there == ()) == (file_of(denied).read_text() == text)
        file_of(denied).write_text(text)
        point += 1
    assert point > 1
    with denied.opened() as opened:
        assert [rule.name for rule in opened.partners.payers["harbor"].denied_lines] == [name]


def test_a_rule_of_nothing_is_no_rule(home):
    text = file_of(home).read_text()
    rule = '\n[[denied_lines]]\nname = "x"\ncode = "CARC 4"\nreason = "a test"\nuntil = 2027-01-01\n'
    file_of(home).write_text(text + rule)
    with (
        pytest.raises(ConfigurationError, match="a rule without a fact would hold every claim"),
        home.opened(),
    ):
        pass
