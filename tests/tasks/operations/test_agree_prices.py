"""Fee schedules, from a clerk's CSV file to work and back, on both databases."""

import io
import json
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from ledger.agreed import contracts
from ledger.errors import ActRefused
from ledger.queries.money import money
from ledger.queries.prices import price_claim
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import Asked, items
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations import agree_prices, appeal_work, work_acts
from tasks.operations.agree_prices import Whose
from tasks.operations.money_acts import By, claim_of
from tests.conftest import CLEAN
from tests.tasks.later_payers import remittance
from tests.tasks.payment_scenarios import FIRST, play

DAY = FIRST + timedelta(days=2)
ANN = By("ann", "the contract of January")
HARBOR = Whose(payer="harbor", from_on="2026-01-01")
LAKESIDE = Whose(payer="harbor", practice="lakeside", from_on="2026-01-01")
FEES = """rule,procedure,modifier,place,rate
fee,99213,,11,$110.00
fee,87880,QW,,21.50
modifier_percent,,52,,50
"""
CLAIM = {
    **CLEAN,
    "coverages": [{"order": "P", "payer": "harbor", "member_id": "W17770001", "group_number": "G77"}],
    "lines": [
        {"procedure": "99213", "charge": "100.00", "pointers": [1]},
        {"procedure": "87880", "charge": "35.00", "pointers": [1], "modifiers": ["QW"], "units": 2},
    ],
}
LOW = """CLP*{T-1}*1*135*81*10*12*I1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261102~
SVC*HC:99213*100*60**1~
DTM*472*20261102~
CAS*CO*45*30~
CAS*PR*2*10~
REF*6R*1~
SVC*HC:87880:QW*35*21**1**2~
DTM*472*20261102~
CAS*CO*45*13*1*253*1~
REF*6R*2~
"""


def put(home, text, name="fees.csv", encoding="utf-8"):
    file = home.path.parent / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return file


def take(opened, home, text=FEES, whose=HARBOR, *, dry_run=False, **how):
    return agree_prices.import_file(opened, DAY, ANN, put(home, text, **how), whose, dry_run=dry_run)


def prices(opened):
    kinds = ["underpaid", "downcoded"]
    return {(w.kind, w.line): w.cents for w in items(opened.ledger, DAY, Asked(kinds=kinds))}


def books(opened):
    found = money(opened.ledger)
    assert found.closes
    assert proof(opened.ledger).holds
    return found


@pytest.fixture
def paid(home, either_database):
    """A claim of two lines that harbor paid: the first below its charge, of the second one unit of two."""
    folder = home.path.parent / "paid"
    folder.mkdir()
    (folder / "lakeside_e0.json").write_text(json.dumps(CLAIM), "utf-8")
    (folder / "night2.835").write_text(remittance(101, LOW, 81), "utf-8")
    with play(home, folder).opened() as opened:
        yield opened, home


def test_a_contract_makes_work_of_what_is_short_and_gives_it_up_again(paid):
    opened, home = paid
    # units were cut without a reason: work before any contract is known
    assert prices(opened) == {("downcoded", 2): 13_00}
    before = books(opened)
    preview = take(opened, home, dry_run=True)
    assert (contracts.of(opened.ledger), prices(opened)) == ([], {("downcoded", 2): 13_00})
    done = take(opened, home)
    assert (preview.changes, preview.effect) == (done.changes, done.effect)
    assert done.effect == ("1 answered claim compared: 2 underpaid or downcoded ($43.00), before 1 ($13.00)")
    # the fee is above the charge, and the charge is the most; 2 x 21.50 is above 35.00 too
    assert prices(opened) == {("underpaid", 1): 30_00, ("downcoded", 2): 13_00}
    assert take(opened, home).changes == ()
    books(opened)

    cheaper = FEES.replace("$110.00", "92.50").replace("21.50", "12.25")
    replaced = take(opened, home, cheaper, Whose(payer="HRB01", from_on="2026-01-01", replaces=1))
    assert [change.partition(": ")[2] for change in replaced.changes] == [
        "withdrawn",
        "in force from 2026-01-01 on",
    ]
    whose = Whose(payer="harbor", from_on="2026-01-01", replaces=1)
    assert take(opened, home, cheaper, whose).changes == ()
    assert prices(opened) == {("underpaid", 1): 22_50, ("downcoded", 2): 2_50}
    [one] = items(opened.ledger, DAY, Asked(kinds=["underpaid"]))
    assert one.action.startswith("Expected $92.50 (fee 92.50 for 99213, contract 2 line 2), allowed $70.00: ")
    assert (one.owed, one.owner, one.category) == (True, "CONTRACTING", "UNDERPAID")

    agree_prices.end(opened, DAY, ANN, 2, date(2026, 11, 1), dry_run=False)
    assert prices(opened) == {("downcoded", 2): 13_00}
    agree_prices.withdraw(opened, DAY, ANN, 2, dry_run=False)
    assert agree_prices.withdraw(opened, DAY, ANN, 2, dry_run=False).changes == ()
    after = books(opened)
    assert after == before
    details = [row.detail for row in audit.rows(opened.ledger) if row.act == "contract"]
    assert len(details) == 5
    assert all("ann: the contract of January" in detail for detail in details)


def test_the_order_of_contract_and_payment_makes_no_difference(home, either_database):
    folder = home.path.parent / "paid"
    folder.mkdir()
    (folder / "lakeside_e0.json").write_text(json.dumps(CLAIM), "utf-8")
    (folder / "night2.835").write_text(remittance(101, LOW, 81), "utf-8")
    early = {2: lambda h: take(h, home)}
    with play(home, folder, early).opened() as opened:
        assert prices(opened) == {("underpaid", 1): 30_00, ("downcoded", 2): 13_00}
        books(opened)


def test_what_is_short_is_appealed_accepted_written_off_or_paid(paid):
    opened, home = paid
    take(opened, home)
    first, second = sorted(
        items(opened.ledger, DAY, Asked(kinds=["underpaid", "downcoded"])), key=lambda w: w.line
    )
    done = appeal_work.appeal(
        opened, DAY, ANN, first.id, channel="fax", argument="", enclosures=[], dry_run=True
    )
    written = " ".join(PdfReader(io.BytesIO(done.letter)).pages[0].extract_text().split())
    assert "Expected $100.00 (fee 110.00 for 99213; the charge is less), allowed $70.00." in written
    with pytest.raises(ActRefused):  # a reason is needed
        work_acts.accept(opened, DAY, By("ann", ""), [second.id], dry_run=False)
    preview = work_acts.accept(opened, DAY, ANN, [second.id], dry_run=True)
    assert work_acts.accept(opened, DAY, ANN, [second.id], dry_run=False).changes == preview.changes
    assert work_acts.accept(opened, DAY, ANN, [second.id], dry_run=False).changes == ()
    assert prices(opened) == {("underpaid", 1): 30_00}
    books(opened)

    site = home.path / "site" / "outbound"
    undone = LOW.replace("*1*135*81*10", "*22*-135*-81*-10").replace("*100*60*", "*-100*-60*")
    undone = undone.replace("CO*45*30", "CO*45*-30").replace("PR*2*10", "PR*2*-10")
    undone = undone.replace("*35*21*", "*-35*-21*").replace("45*13*1*253*1", "45*-13*-1*253*-1")
    right = (
        LOW.replace("*135*81*10", "*135*111*10")
        .replace("*100*60*", "*100*90*")
        .replace("CAS*CO*45*30~\n", "")
    )
    (site / "more.835").write_text(_named(opened, remittance(102, undone + right, 30, day=19)), "utf-8")
    nightly_run.walk(opened, DAY + timedelta(days=1))
    assert prices(opened) == {}
    books(opened)


def _named(opened, text):
    number = price_claim(opened.ledger, claim_of(opened, "T-1")).claim
    return text.replace("{T-1}", number)


def test_what_is_short_can_be_written_off(paid):
    opened, home = paid
    take(opened, home)
    ids = [w.id for w in items(opened.ledger, DAY, Asked(kinds=["underpaid", "downcoded"]))]
    work_acts.write_off(opened, DAY, ANN, ids, dry_run=False)
    assert prices(opened) == {}
    agree_prices.withdraw(opened, DAY, ANN, 1, dry_run=False)
    books(opened)


def test_a_claim_is_priced_before_and_after_its_answer(paid):
    opened, home = paid
    take(opened, home, FEES.replace("$110.00", "92.5000"))
    found = price_claim(opened.ledger, claim_of(opened, "T-1"))
    assert [(x.line, x.charge, x.expected, x.allowed) for x in found.lines] == [
        (1, 100_00, 92_50, 70_00),
        (2, 35_00, 35_00, 22_00),
    ]
    assert found.lines[0].words == "fee 92.50 for 99213, contract 1 line 2"
    plan = "rule,procedure,plan,rate\nfee,99213,g77,80\nfee,99213,g78,70\n"
    agree_prices.import_file(opened, DAY, ANN, put(home, plan), LAKESIDE, dry_run=False)
    assert price_claim(opened.ledger, claim_of(opened, "T-1")).lines[0].expected == 80_00
    assert prices(opened) == {("underpaid", 1): 10_00, ("downcoded", 2): 13_00}


MEDICARE = "rule,procedure,rate\nfee,99213,80.25\nfee,87880,9\n"


def test_a_part_of_medicare_follows_medicares_own_prices(paid):
    opened, home = paid
    take(opened, home, "rule,rate\npercent_of_medicare,110%\n")
    assert prices(opened) == {("downcoded", 2): 13_00}
    whose = Whose(medicare=True, from_on="2026-01-01", to_on="2026-12-31")
    take(opened, home, MEDICARE, whose, name="mpfs.csv")
    assert prices(opened) == {("underpaid", 1): 18_28}  # 88.28 less 70.00; 19.80 for both units of the other
    books(opened)


HEAD = "rule,procedure,modifier,place,rate,multiple,from,to\n"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (
            HEAD + "fee,99213,,,92.50,,,\nfee,9921,,,92.50,,,\n",
            "CTR-02",
            "line 3: a procedure is a code of five",
        ),
        (
            HEAD + "fee,99213,,,92.123456,,,\n",
            "CTR-02",
            "line 2: the rate is an amount in dollars like 92.50",
        ),
        (HEAD + "fee,99213,,,-5,,,\n", "CTR-02", "line 2: the rate is an amount"),
        (HEAD + "fee,99213,,,,,,\n", "CTR-02", "line 2: the rate is an amount"),
        (HEAD + "rate,99213,,,5,,,\n", "CTR-02", "line 2: the rule is one of fee, percent_of_charge"),
        (HEAD + "fee,99213,,,5,,2026-06-01,2026-05-01\n", "CTR-02", "is before its first one"),
        (
            HEAD + "fee,99213,,,5,,2025-06-01,\n",
            "CTR-02",
            "outside those of the contract, from 2026-01-01 on",
        ),
        (HEAD + "fee,99213,,,5,,June 2026,\n", "CTR-02", "line 2: a day is written like 2027-01-31"),
        (
            HEAD + "fee,99213,,,5,,,\n,,,,,,,\nfee,99213,,,6,,2026-03-01,\n",
            "CTR-02",
            "line 4: it is about the same as line 2",
        ),
        (
            HEAD + "fee,99202-99215,,,5,,,\nfee,99213-99499,,,6,,,\n",
            "CTR-02",
            "line 3: it is about the same as",
        ),
        (
            HEAD + "fee,99213,,11 22,5,,,\nfee,99213,,22 23,6,,,\n",
            "CTR-02",
            "line 3: it is about the same as",
        ),
        (HEAD + "percent_of_charge,,,,0,,,\n", "CTR-02", "a percentage is more than 0"),
        (HEAD + "fee,,,,5,,,\n", "CTR-02", "a fee names its procedure"),
        (HEAD + "modifier_percent,,,,50,,,\n", "CTR-02", "names its modifier"),
        (HEAD + "fee,99213,,,5,100-50,,\n", "CTR-02", "100/50/25"),
        (HEAD + "fee,99213,,,5,,,,,x\n", "CTR-02", "line 2: it has not the 8 fields of its first line"),
        (HEAD, "CTR-02", "the file has no rows"),
        ("", "CTR-01", "the file is empty"),
        (HEAD + "fee,99213,,,92", "CTR-01", "does not end with the end of a line"),
        (HEAD + 'fee,"99213,,,92\n', "CTR-01", "can't be read as CSV"),
        ("rule,code,rate\nfee,99213,5\n", "CTR-02", "line 1: no such column 'code'; there are rule"),
        ("rule,procedure\nfee,99213\n", "CTR-02", "line 1: no column rate"),
        ("rule,rate\nper_diem,1850\n", "CTR-02", "line 2: per_diem names the revenue code"),
        ("rule,rate\nbase_units,7\n", "CTR-02", "line 2: base_units names its procedure"),
        ("rule,procedure,rate\nbase_units,00790,140\n", "CTR-02", "a number of units like 7, at most 100"),
        ("rule,procedure,rate\nbase_units,00790,7\nbase_units,00790,8\n", "CTR-02", "the same as line 2"),
        ("rule,rate,time\nanesthesia,60,15 later\n", "CTR-02", "line 2: time is of anesthesia"),
        ("rule,rate,time\ncase_rate,60,15\n", "CTR-02", "line 2: time is of anesthesia"),
        ("rule,rate,carve_out\ncase_rate,60,yes\n", "CTR-02", "line 2: carve_out goes with fee"),
        ("rule,rate,carve_out\npercent_of_charge,60,perhaps\n", "CTR-02", "carve_out is yes or no"),
        (
            "rule,rate,stop_loss\npercent_of_charge,60,100000/60\n",
            "CTR-02",
            "line 2: stop_loss goes with",
        ),
        ("rule,rate,stop_loss\ncase_rate,60,\ncase_rate,60,60%\n", "CTR-02", "line 3: stop_loss is dollars"),
        ("rule,rate,stop_loss\ncase_rate,60,100000/160\n", "CTR-02", "line 2: stop_loss is dollars"),
        (b"PK\x03\x04\n", "CTR-01", "save the spreadsheet as CSV"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line_and_nothing_is_imported(home, text, code, said):
    with home.opened() as opened:
        with pytest.raises(StepError) as refused:
            take(opened, home, text)
        assert (refused.value.code, said in refused.value.message) == (code, True), refused.value.message
        assert contracts.of(opened.ledger) == []


def test_several_wrong_rows_are_reported_at_once(home):
    with (
        home.opened() as opened,
        pytest.raises(StepError, match=r"line 2: .*; line 6: .*; and 2 more\. Nothing"),
    ):
        take(opened, home, HEAD + "fee,99213,,,x,,,\n" * 7)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_as_a_spreadsheet_saves_it(home, encoding):
    rows = (
        'Rule,Procedure,Place,Revenue_code,Rate,From,Plan\r\nFee,99213,1,,"$1,092.5",2/1/2026,Caf\u00e9\r\n'
    )
    rows += "fee,,,450,150.0000,,\r\n,,,,,,\r\npercent of charge,,,,62.5%,,\r\n"
    with home.opened() as opened:
        take(opened, home, rows, encoding=encoding)
        [one] = contracts.of(opened.ledger)
        found = contracts.rows_of(opened.ledger, one)
        assert [(r.line, r.rule, f"{r.rate:f}") for r in found] == [
            (2, "fee", "1092.5"), (3, "fee", "150.0000"), (5, "percent_of_charge", "62.5"),
        ]  # fmt: skip
        assert (found[0].places, found[0].from_on, found[0].plan) == (("01",), "2026-02-01", "CAF\u00c9")
        assert found[1].revenue_code == "0450"


def test_two_contracts_do_not_price_the_same_on_one_day(home):
    with home.opened() as opened:
        take(opened, home)
        with pytest.raises(
            StepError, match=r"line 2 is about the same as line 2 of contract 1, .*--replaces 1"
        ):
            take(opened, home, FEES.replace("110", "120"))
        take(opened, home, FEES, Whose(payer="harbor", practice="lakeside", from_on="2026-01-01"))
        take(opened, home, FEES, Whose(payer="beacon", from_on="2026-01-01"))
        take(
            opened, home, FEES.replace("110", "120"), Whose(payer="harbor", from_on="2027-01-01", replaces=1)
        )
        assert [(c.number, c.to_on) for c in contracts.of(opened.ledger)] == [
            (1, "2026-12-31"), (2, ""), (3, ""), (4, ""),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("whose", "said"),
    [
        (Whose(payer="nobody", from_on="2026-01-01"), "no payer is called nobody; there are: beacon"),
        (Whose(from_on="2026-01-01"), "--payer KEY, or --medicare"),
        (Whose(payer="harbor", practice="x", from_on="2026-01-01"), "no practice is called x"),
        (Whose(payer="harbor", from_on="2026-02-01", to_on="2026-01-01"), "is before the first one"),
        (Whose(payer="harbor", from_on="2026-02-01", replaces=7), "contract 7 is not in force"),
    ],
)
def test_a_contract_is_with_a_payer_and_practice_that_are_known(home, whose, said):
    with home.opened() as opened:
        with pytest.raises(StepError, match="CTR-03") as refused:
            take(opened, home, whose=whose)
        assert said in refused.value.message


def test_a_contract_ends_once_and_on_a_day_that_it_has(home):
    with home.opened() as opened:
        take(opened, home)
        for number, on in ((9, date(2026, 12, 1)), (1, date(2025, 12, 1))):
            with pytest.raises(StepError, match="CTR-03"):
                agree_prices.end(opened, DAY, ANN, number, on, dry_run=False)
        agree_prices.end(opened, DAY, ANN, 1, date(2026, 12, 1), dry_run=False)
        assert agree_prices.end(opened, DAY, ANN, 1, date(2026, 12, 1), dry_run=False).changes == ()
        with pytest.raises(StepError, match="ended on 2026-12-01"):
            agree_prices.end(opened, DAY, ANN, 1, date(2026, 12, 2), dry_run=False)


HOSPITAL = """rule,procedure,modifier,revenue_code,drg,rate,time,carve_out
per_diem,,,0120,,"1,850.00",,
case_rate,,,,470,"14,250.00",,
percent_of_charge,,,0278,,55,,yes
anesthesia,00100-01999,,,,62.50,15 UP,
base_units,00790,,,,7,,
base_units,,P3,,,1,,
modifier_percent,,QK,,,55,,
"""


def test_a_stop_loss_is_kept_as_it_is_read(home, either_database):
    with home.opened() as opened:
        take(opened, home, 'rule,drg,rate,stop_loss\ncase_rate,470,14250,"$100,000/60% Whole"\n')
        [one] = contracts.of(opened.ledger)
        [row] = contracts.rows_of(opened.ledger, one)
        assert row.stop_loss == "$100,000/60% whole"


def test_the_rows_of_a_hospital_and_of_anesthesia_are_kept_as_they_are_read(home, either_database):
    with home.opened() as opened:
        take(opened, home, HOSPITAL)
        [one] = contracts.of(opened.ledger)
        found = contracts.rows_of(opened.ledger, one)
        assert [r.rule for r in found] == [
            *("per_diem", "case_rate", "percent_of_charge", "anesthesia", "base_units", "base_units"),
            "modifier_percent",
        ]
        assert [r.carve_out for r in found] == [False, False, True, False, False, False, False]
        assert found[3].time == "15 up"
        take(opened, home, HOSPITAL.splitlines()[0] + "\nanesthesia,00790,,,,20,,\nbase_units,00790,,,,7,,\n",
             Whose(medicare=True, from_on="2026-01-01"))  # fmt: skip
        with pytest.raises(StepError, match="the Medicare fee schedule has the rules fee, modifier_percent"):
            take(opened, home, HOSPITAL, Whose(medicare=True, practice="lakeside", from_on="2026-01-01"))
