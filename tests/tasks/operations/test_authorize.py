"""Authorizations are taken in by a person; claims that name one share its units and give them back."""

import json
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from ledger.agreed import authorizations
from ledger.agreed.authorizations import REFERRAL, Record
from ledger.errors import ActRefused
from ledger.maintenance import retention
from ledger.queries.claims import holds
from ledger.schema import prior_authorization, submission
from ledger.sending import transitions
from ledger.trail import audit
from tasks.claims.authorized import used
from tasks.errors import StepError
from tasks.operations import authorize
from tasks.operations.money_acts import By
from tests.tasks.coding_night import MONDAY, TUESDAY, coded, held, judge
from tests.tasks.later_payers import remittance
from tests.tasks.payment_scenarios import play

ANN = By("Ann", "the payer's letter of June")
MEMBER = "W17770001"
GRANT = Record(payer="harbor", number="A-77", member_id=MEMBER, procedures="99213", units=2,
               from_on="2026-10-01", to_on="2026-12-31")  # fmt: skip


def needs(home, *procedures, payer="harbor"):
    """The payer wants an authorization for these."""
    file = home.path / "partners/payers" / f"{payer}.toml"
    named = ", ".join(f'"{code}"' for code in procedures)
    file.write_text(f"authorization_for = [{named}]\n{file.read_text('utf-8')}", "utf-8")


def visit(home, n, units=1, number="A-77", **changes):
    """A visit of its own day that names an authorization."""
    day = (date(2026, 10, 5) + timedelta(days=n)).isoformat()
    line = {"procedure": "99213", "charge": "135.00", "pointers": [1], "units": str(units)}
    return home.encounter(
        f"T-{n}", **{"service_date": day, "prior_authorization": number, "lines": [line], **changes}
    )


def give(opened, day=MONDAY, dry_run=False, **changes):
    said = Record(**{**{n: getattr(GRANT, n) for n in Record.__slots__}, **changes})
    return authorize.add(opened, day, ANN, said, dry_run=dry_run)


def details(opened):
    return {h.external_id: h.detail for h in holds(opened.ledger) if h.edit_id == "AUTH-01"}


def rows(opened):
    with opened.ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(prior_authorization)).scalar_one()


def units_used(opened):
    [record] = authorizations.of(opened.ledger)
    return used(record, authorizations.uses(opened.ledger, record.kind, [record.number]))


def test_a_service_that_keeps_no_table_is_asked_for_the_number_alone(home):
    needs(home, "99213")
    home.drop("lakeside/one.json", visit(home, 1))
    home.drop("lakeside/two.json", visit(home, 2, number=""))
    with home.opened() as opened:
        coded(opened, MONDAY)
        assert held(opened) == {"T-2": {"AUTH-01"}}


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_claims_of_one_night_share_what_is_left_and_the_next_night_counts_them_once(home, chunk):
    (home.path / "cleanclaim.toml").write_text(f"demo = true\nsettle_seconds = 0\nchunk_size = {chunk}\n")
    for n in (1, 2, 3):
        home.drop(f"lakeside/{n}.json", visit(home, n))
    with home.opened() as opened:
        give(opened)
        coded(opened, MONDAY)
        assert held(opened) == {"T-3": {"AUTH-01"}}
        assert details(opened)["T-3"] == "3 units used with this line, 2 are authorized"
        assert units_used(opened) == 2
        coded(opened, TUESDAY)
        assert held(opened) == {"T-3": {"AUTH-01"}}
        give(opened, day=TUESDAY, units=3)
        coded(opened, TUESDAY)
        assert held(opened) == {}
        assert units_used(opened) == 3


@pytest.mark.parametrize("state", sorted(filter(None, transitions.SUBMISSION)))
def test_a_claim_that_will_not_be_paid_gives_its_units_back(home, state):
    home.drop("lakeside/one.json", visit(home, 1, units=2))
    with home.opened() as opened:
        give(opened)
        coded(opened, MONDAY)
        with opened.ledger.write() as connection:
            connection.execute(update(submission).values(state=state))
        gone = {"rejected", "denied", "replaced", "voided", "predetermined", "closed"}
        assert units_used(opened) == (0 if state in gone else 2)


@pytest.mark.parametrize(("state", "units"), [("ready", 2), ("sent", 2), ("accepted", 0), ("voided", 0)])
def test_a_claim_that_is_taken_back_gives_its_units_back_when_its_payer_took_the_void(home, state, units):
    home.drop("lakeside/one.json", visit(home, 1, units=2))
    with home.opened() as opened:
        give(opened)
        coded(opened, MONDAY)
        with opened.ledger.write() as connection:
            connection.execute(update(submission).values(state=state, frequency="8"))
        assert units_used(opened) == units


@pytest.mark.parametrize("units", ["0.5", "1.5"])
def test_fractions_of_a_unit_add_up(home, units):
    payer = home.path / "partners" / "payers" / "harbor.toml"
    payer.write_text(f'fractional_units_for = ["99213"]\n{payer.read_text("utf-8")}', encoding="utf-8")
    for n in (1, 2, 3):
        home.drop(f"lakeside/{n}.json", visit(home, n, units=units))
    with home.opened() as opened:
        give(opened, units=1 if units == "0.5" else 3)
        coded(opened, MONDAY)
        assert held(opened).get("T-3") == {"AUTH-01"}
        assert held(opened).keys() == {"T-3"}


def test_a_denied_claim_gives_its_units_to_the_next_one_and_its_replacement_takes_them_again(home, tmp_path):
    denial = """CLP*{T-1}*4*270*0*0*12*I9*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261006~
SVC*HC:99213*270*0**2~
DTM*472*20261006~
CAS*CO*16*270~
REF*6R*1~
"""
    folder = tmp_path / "denied"
    folder.mkdir()
    line = {"procedure": "99213", "charge": "270.00", "pointers": [1], "units": "2"}
    (folder / "lakeside_e0.json").write_text(json.dumps(visit(home, 1, lines=[line])), "utf-8")
    with home.opened() as opened:
        give(opened)
    played = play(home, folder)
    with played.opened() as opened:
        assert units_used(opened) == 2
        home.drop("lakeside/two.json", visit(home, 2))
        coded(opened, TUESDAY)
        assert held(opened) == {"T-2": {"AUTH-01"}}
    (folder / "night2.835").write_text(remittance(101, denial, 0), "utf-8")
    played = play(home, folder)
    with played.opened() as opened:
        assert units_used(opened) == 0
        coded(opened, TUESDAY + timedelta(days=1))
        assert held(opened) == {}
        assert units_used(opened) == 1


def test_what_a_later_version_of_a_claim_takes_is_not_taken_twice(home):
    home.drop("lakeside/one.json", visit(home, 1, units=2))
    with home.opened() as opened:
        give(opened)
        coded(opened, MONDAY)
        home.drop("lakeside/again.json", visit(home, 1, units=2, version=2, patient_paid="1.00"))
        coded(opened, TUESDAY)
        assert details(opened) == {}
        assert units_used(opened) == 2


@pytest.mark.parametrize(
    ("grant", "why"),
    [
        ({"member_id": "W17770002"}, "the number on file is another member's"),
        ({"to_on": "2026-10-05"}, "the authorization does not cover 2026-10-06"),
        ({"from_on": "2026-10-07"}, "the authorization does not cover 2026-10-06"),
        ({"procedures": "97110"}, "the authorization does not cover 99213"),
        ({"number": "A-78"}, "the authorization is not on file"),
    ],
)
def test_the_number_must_cover_member_day_and_code(home, grant, why):
    needs(home, "99213")
    home.drop("lakeside/one.json", visit(home, 1))
    with home.opened() as opened:
        give(opened, **grant)
        coded(opened, MONDAY)
        assert details(opened) == {"T-1": why}


def test_a_forgotten_number_is_suggested_where_exactly_one_fits_and_never_filled_in(home):
    needs(home, "99213")
    home.drop("lakeside/one.json", visit(home, 1, number=""))
    with home.opened() as opened:
        give(opened)
        give(opened, number="A-1", to_on="2026-10-02")
        give(opened, number="A-2", member_id="W17770002")
        give(opened, number="A-3", procedures="97110")
        coded(opened, MONDAY)
        assert details(opened)["T-1"].endswith("; A-77 is on file and covers it")
        give(opened, number="A-4")
        coded(opened, TUESDAY)
        assert details(opened)["T-1"] == "the payer wants an authorization for 99213"
        assert authorizations.uses(opened.ledger, "authorization", ["A-77"]) == []


def test_a_referrals_units_are_counted_apart(home):
    for n in (1, 2):
        home.drop(f"lakeside/{n}.json", visit(home, n, number="", referral_number="A-77"))
    with home.opened() as opened:
        give(opened, kind=REFERRAL, units=1, procedures="")
        give(opened, units=1)
        coded(opened, MONDAY)
        assert held(opened) == {"T-2": {"AUTH-01"}}
        assert len(authorizations.uses(opened.ledger, REFERRAL, ["A-77"])) == 1
        assert authorizations.uses(opened.ledger, "authorization", ["A-77"]) == []


def test_each_act_is_previewed_done_done_twice_and_on_the_trail_without_the_member(home):
    with home.opened() as opened:
        for act in (
            lambda dry: give(opened, number="a 77", procedures="99213, 99214", dry_run=dry),
            lambda dry: authorize.end(opened, MONDAY, ANN, "a77", MONDAY, kind="authorization", dry_run=dry),
            lambda dry: give(opened, number="A77", units=4, dry_run=dry),
        ):
            here = rows(opened), audit.head(opened.ledger)
            preview = act(True)
            assert (rows(opened), audit.head(opened.ledger)) == here
            assert act(False).what == preview.what != ""
            here = rows(opened), audit.head(opened.ledger)
            assert act(False).what == ""
            assert (rows(opened), audit.head(opened.ledger)) == here
        said = audit.rows(opened.ledger, subject="authorization A77")
        assert len(said) == 3
        assert all("by Ann: the payer's letter of June" in row.detail for row in said)
        assert not any(MEMBER in row.detail for row in said)
        [record] = authorizations.of(opened.ledger)
        assert (record.units, record.procedures) == (4, "99213")
        assert len(authorizations.history(opened.ledger, *record.whose)) == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payer": "nobody"}, "AUT-01"),
        ({"number": ""}, "AUT-01"),
        ({"number": "A~1"}, "AUT-01"),
        ({"member_id": ""}, "AUT-01"),
        ({"procedures": "9921"}, "AUT-01"),
        ({"units": 0}, "AUT-01"),
        ({"from_on": "2027-01-01"}, "AUT-01"),
        ({"kind": "leave"}, "AUT-01"),
        ({"member_id": "W17770002"}, "AUT-02"),
    ],
)
def test_what_is_not_right_is_refused_and_nothing_is_written(home, changes, code):
    with home.opened() as opened:
        give(opened)
        with pytest.raises(StepError) as refused:
            give(opened, **changes)
        assert refused.value.code == code
        for by in (By("", "the letter of June"), By("Ann", "")):
            with pytest.raises(ActRefused):
                authorize.add(
                    opened, MONDAY, by, Record(payer="harbor", number="B", member_id="W1"), dry_run=False
                )
        assert rows(opened) == 1


def test_an_end_of_nothing_or_of_a_shared_number_is_refused(home):
    with home.opened() as opened:
        give(opened)
        give(opened, payer="senior")

        def end(number, on, payer=""):
            return authorize.end(
                opened, MONDAY, ANN, number, on, kind="authorization", payer=payer, dry_run=False
            )

        for number, on, payer, code in (
            ("A-78", MONDAY, "", "AUT-01"),
            ("A-77", MONDAY, "", "AUT-03"),
            ("A-77", date(2026, 9, 30), "harbor", "AUT-01"),
            ("A-77", date(2027, 1, 1), "harbor", "AUT-01"),
        ):
            with pytest.raises(StepError) as refused:
                end(number, on, payer)
            assert refused.value.code == code
        assert end("A-77", MONDAY, "harbor").what


def test_a_purge_removes_the_member_of_what_is_over_and_nothing_else(home):
    with home.opened() as opened:
        give(opened, to_on="2026-10-31")
        give(opened, number="A-78")
        retention.purge(opened.ledger, "2026-12-01", "2026-11-15", really=True)
        found = {r.number: r.member_id for r in authorizations.of(opened.ledger)}
        assert found == {"A-77": "", "A-78": MEMBER}


def test_whatever_the_units_and_chunks_claims_are_taken_in_order_until_nothing_is_left(make_home):
    homes = count()

    @settings(max_examples=12)
    @given(
        st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=6),
        st.integers(1, 8),
        st.integers(1, 4),
    )
    def whatever(visits, units, chunk):
        home = make_home(f"units{next(homes)}")
        (home.path / "cleanclaim.toml").write_text(f"demo = true\nsettle_seconds = 0\nchunk_size = {chunk}\n")
        for n, (wanted, named) in enumerate(visits):
            home.drop(f"lakeside/{n}.json", visit(home, n, units=wanted, number="A-77" if named else ""))
        left, expected = units, set()
        for n, (wanted, named) in enumerate(visits):
            if named and wanted > left:
                expected.add(f"T-{n}")
            elif named:
                left -= wanted
        with home.opened() as opened:
            give(opened, units=units)
            coded(opened, MONDAY)
            assert set(details(opened)) == expected
            assert units_used(opened) == units - left
            coded(opened, TUESDAY)
            assert set(details(opened)) == expected

    whatever()


def test_what_is_held_for_want_of_a_number_is_judged_again_when_a_table_is_kept(home):
    needs(home, "99213")
    home.drop("lakeside/two.json", visit(home, 2, number=""))
    with home.opened() as opened:
        coded(opened, MONDAY)
        without = details(opened)["T-2"]
        assert judge(opened, MONDAY) == 0
        give(opened)
        assert judge(opened, MONDAY) == 1
        assert details(opened)["T-2"] != without, "the number that is on file is named now"
        give(opened, number="A-78")
        assert judge(opened, MONDAY) == 1
