"""What is pressed on the console comes to what the command comes to: the same rows, or the same refusal."""

import re
import shutil
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from config.settings import load
from console.command import app
from ledger.schema import claim_payment, deposit, metadata, remittance, work_item
from tasks.home.home import open_home
from tasks.operations import accept_ledger
from tasks.operations.import_deposits import import_deposits
from tasks.operations.money_acts import By
from tests.tasks.answering import TUESDAY, paid, remitted
from tests.tasks.patients.answered import Answer, Desk, person, visit
from tests.web.conftest import Office

pytestmark = pytest.mark.long  # together
WHY = "as the file says"
BANK = """account,date,amount,kind,trace,payer,reference
4321,2026-11-18,77.00,check,,,B1
4321,2026-11-16,5.00,other,,,B2
4321,2026-11-18,87.50,card,,harbor,B3
"""
DECIDED = (
    "collection", "collection_claim", "day_close", "day_count", "deposit_match", "guarantor", "money_act",
    "month_close", "payment_plan", "payment_plan_claim", "payment_plan_end", "posting", "remittance",
    "statement_hold", "statement_void", "submission", "work_event", "work_item",
)  # fmt: skip
"""The tables that acts write to, beside the trail."""
CHILD = {"birth_date": "2015-02-03"}


@pytest.fixture(scope="module")
def desk(make_home):
    """V-1 and V-2 owe 20.00 and 5.00 and are one account; V-3 was paid over by 5.00; V-4 is a child's; V-5 is
    denied; a remittance of 90.00 is not in the bank; a payment is in suspense; statements are out."""
    made = Desk(make_home("either"))
    file = made.home.path / "partners" / "practices" / "lakeside.toml"
    file.write_text(f'bank_accounts = ["4321"]\n{file.read_text("utf-8")}', encoding="utf-8")
    made.see(
        visit(1), visit(2, patient=person(1), service_date="2026-11-03"), visit(3), visit(5),
        visit(4, patient=person(4, **CHILD)), visit(6), visit(7), visit(8),
    )  # fmt: skip
    denied = Answer(paid=0, shares=(), rest=("CO", "50"))
    made.answer({
        "V-1": Answer(), "V-2": Answer(shares=(("2", 5_00),)), "V-3": Answer(), "V-4": Answer(),
        "V-5": denied, "V-8": Answer(),
    })  # fmt: skip
    made.answer({"V-6": Answer()})
    made.partner.pay("lost.835", remitted(paid("ELSEWHERE", 135_00, 77_00, "45"), trace="LOST"))
    made.partner.collect(TUESDAY + timedelta(days=1))
    bank = made.home.path / "bank.csv"
    bank.write_text(BANK, encoding="utf-8")
    with made.home.opened() as opened:
        import_deposits(opened, date(2026, 11, 18), By("ann", "the bank's file"), bank, dry_run=False)
    for words in (
        ("patients", "pay", "V-3", "--method", "cash", "--dollars", "25.00"),
        ("statements", "make"),
        ("patients", "pay", "V-8", "--method", "check", "--reference", "77", "--dollars", "8.00"),
        ("statements", "hold", "V-8", "--kind", "dispute"),
    ):
        typed(made, *words)
    office = Office(made.home)
    office.hire({"maria": (["manager"], ["*"])})
    office.app.state.homes.close()
    return made


def typed(desk, *words):
    """The code of the refusal, or ""."""
    words = [*map(str, words), "--why", WHY, "--home", str(desk.home.path)]
    done = CliRunner().invoke(app, [*words, *(() if words[0] == "month" else ("--as", "maria"))])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return done.exception.code
    assert done.exit_code in (0, 3), (words, done.output)
    return ""


def pressed(desk, address, form):
    office = Office(desk.home)
    office.now = datetime.now(UTC)  # a command's day is that of the clock
    client = office.as_("maria")
    before = rows(desk)
    office.press(client, address, **{"why": WHY, **form})
    assert rows(desk) == before, "a preview writes nothing"
    answer = office.press(client, address, **{"why": WHY, **form}, really="1")
    office.app.state.homes.close()
    if answer.status_code == 303:
        return ""
    found = re.findall(r'class="refused"[^>]*>[^<]*?\b([A-Z]{2,3}-\d\d)\b', unescape(answer.text))
    assert found, (address, answer.status_code, answer.text[-3000:])
    return found[0]


def rows(desk):
    """What acts write, without who typed it and the moment."""
    found = {}
    with open_home(load(desk.home.path)) as opened, opened.ledger.read() as connection:
        for name in DECIDED:
            table = metadata.tables[name]
            kept = [c for c in table.c if c.name not in ("actor", "at", "closed_at", "made_at", "decided_by")]
            found[name] = sorted(repr(tuple(row)) for row in connection.execute(select(*kept)))
    return found


def known(desk):
    """The ids of what the acts are on."""
    w, p, r, d = work_item.c, claim_payment.c, remittance.c, deposit.c
    asked = {
        "denied": select(w.id).where(w.kind == "denial"),
        "suspended": select(p.id).where(p.claim_id.is_(None)),
        "remitted": select(r.id).where(r.trace == "P2"),
        **{f"${cents}": select(d.id).where(d.cents == cents) for cents in (77_00, 5_00, 87_50)},
    }
    with open_home(load(desk.home.path)) as opened, opened.ledger.read() as connection:
        return {name: connection.execute(query).scalar_one() for name, query in asked.items()}


V1, V3, V4, V8 = "/patients/1", "/patients/3", "/patients/4", "/patients/8"
HOW = {"amount": "7.50", "method": "check", "reference": "41"}
PAY = ("patients", "pay", "V-1", "--method", "check", "--reference", "41", "--dollars", "7.50")
CARD, SMALL, DENIED = "/money/deposits/{$8750}", "/money/deposits/{$500}", "/work/{denied}"
DAY_CLOSE = "/money/days/lakeside/close"
SEEN, LONG_AGO = "2026-11-18", "2020-01-01"
DAY = (date.today() + timedelta(days=20)).isoformat()
ADULT = {"last": "Fernbrook", "first": "Ada", "birth_date": "1984-05-31", "claim": "{V-4}"}
NAMED = (
    "patients",
    "guarantor",
    "V-4",
    "--last",
    "Fernbrook",
    "--first",
    "Ada",
    "--birth-date",
    "1984-05-31",
)
FORMS = [
    (PAY, f"{V1}/pay", HOW),
    ((*PAY[:-1], "0"), f"{V1}/pay", {**HOW, "amount": "0"}),
    ((*PAY[:6], "4111111111111111", *PAY[7:]), f"{V1}/pay", {**HOW, "reference": "4111111111111111"}),
    ((*PAY, "--claim", "V-2"), f"{V1}/pay", {**HOW, "claim": "{V-2}"}),
    ((*PAY, "--claim", "V-3"), f"{V1}/pay", {**HOW, "claim": "{V-3}"}),
    ((*PAY[:-1], "90.00"), f"{V1}/pay", {**HOW, "amount": "90.00"}),
    (("patients", "pay", "V-8", *PAY[3:6], "77", *PAY[7:]), f"{V8}/pay", {**HOW, "reference": "77"}),
    (("patients", "unpay", 2), f"{V8}/unpay", {"payment": "2"}),
    (("claims", "refund", "V-3", "--patient"), f"{V3}/refund", {"claim": "{V-3}", "amount": ""}),
    (
        ("claims", "refund", "V-3", "--patient", "--dollars", "5.01"), f"{V3}/refund",
        {"claim": "{V-3}", "amount": "5.01"},
    ),
    (("patients", "use-credit", "V-3"), f"{V3}/use-credit", {}),
    (("credits", "contact", "V-3", "--on", SEEN), f"{V3}/contact", {"claim": "{V-3}", "on": SEEN}),
    (
        ("patients", "plan", "V-1", "--instalments", 3, "--first", DAY), f"{V1}/plan",
        {"instalments": "3", "first": DAY},
    ),
    (
        ("patients", "plan", "V-1", "--instalments", 3, "--first", LONG_AGO), f"{V1}/plan",
        {"instalments": "3", "first": LONG_AGO},
    ),
    (
        ("patients", "plan", "V-1", "--instalments", 999, "--first", DAY), f"{V1}/plan",
        {"instalments": "999", "first": DAY},
    ),
    (
        ("patients", "plan", "V-8", "--instalments", 3, "--first", DAY), f"{V8}/plan",
        {"instalments": "3", "first": DAY},
    ),
    (
        ("statements", "hold", "V-1", "--kind", "bankruptcy", "--from", DAY), f"{V1}/hold",
        {"kind": "bankruptcy", "from": DAY, "claim": ""},
    ),
    (
        ("statements", "hold", "V-2", "--kind", "dispute", "--from", DAY, "--claim-alone"), f"{V1}/hold",
        {"kind": "dispute", "from": DAY, "claim": "{V-2}"},
    ),
    (
        ("statements", "hold", "V-1", "--kind", "shy", "--from", DAY), f"{V1}/hold",
        {"kind": "shy", "from": DAY, "claim": ""},
    ),
    (
        ("statements", "hold", "V-8", "--kind", "dispute", "--from", DAY), f"{V8}/hold",
        {"kind": "dispute", "from": DAY, "claim": ""},
    ),
    (("statements", "release", 1, "--from", DAY), f"{V8}/release", {"hold": "1", "from": DAY}),
    (("statements", "release", 1, "--from", LONG_AGO), f"{V8}/release", {"hold": "1", "from": LONG_AGO}),
    (("statements", "void", 1), f"{V1}/void", {"statement": "1"}),
    (NAMED, f"{V4}/guarantor", ADULT),
    ((*NAMED[:-1], "2020-05-31"), f"{V4}/guarantor", {**ADULT, "birth_date": "2020-05-31"}),
    ((*NAMED, "--zip", "9"), f"{V4}/guarantor", {**ADULT, "zip": "9"}),
    (("patients", "guarantor", "V-4", "--withdraw"), f"{V4}/guarantor-withdraw", {"claim": "{V-4}"}),
    (("patients", "to-collections", "V-1"), f"{V1}/to-collections", {}),
    (("patients", "recall", "V-1"), f"{V1}/recall", {}),
    (("suspense", "match", "{suspended}", "V-7"), "/money/suspense/{suspended}/match", {"claim": "V-7"}),
    (("suspense", "match", "{suspended}", "V-99"), "/money/suspense/{suspended}/match", {"claim": "V-99"}),
    (("payments", "unpost", "{suspended}"), "/money/suspense/{suspended}/unpost", {}),
    (("suspense", "return", "{suspended}"), "/money/suspense/{suspended}/return", {}),
    (
        ("deposits", "match", "{$8750}", "{remitted}", "--fee-dollars", "2.50"), f"{CARD}/match",
        {"remittance": "{remitted}", "fee": "2.50", "other": ""},
    ),
    (
        ("deposits", "match", "{$8750}", "{remitted}", "--fee-dollars", "2.49"), f"{CARD}/match",
        {"remittance": "{remitted}", "fee": "2.49", "other": ""},
    ),
    (
        ("deposits", "match", "{$500}", "{remitted}"), f"{SMALL}/match",
        {"fee": "", "other": "{remitted}"},
    ),
    (("deposits", "match", "{$500}", 999), f"{SMALL}/match", {"other": "999", "fee": ""}),
    (
        ("deposits", "settle", "{$500}", "--as-what", "interest"), f"{SMALL}/settle",
        {"meaning": "interest"},
    ),
    (("deposits", "settle", "{$500}", "--as-what", "luck"), f"{SMALL}/settle", {"meaning": "luck"}),
    (("deposits", "unmatch", "{$7700}"), "/money/deposits/{$7700}/unmatch", {}),
    (("deposits", "unmatch", "{$500}"), f"{SMALL}/unmatch", {}),
    (("work", "write-off", "{denied}"), f"{DENIED}/write-off", {}),
    (("work", "resolve", "{denied}", "--outcome", "handled"), f"{DENIED}/resolve", {"outcome": "handled"}),
    (("work", "snooze", "{denied}", "--until", DAY), f"{DENIED}/snooze", {"until": DAY}),
    (("work", "snooze", "{denied}", "--until", LONG_AGO), f"{DENIED}/snooze", {"until": LONG_AGO}),
    (("work", "appeal-lost", "{denied}"), f"{DENIED}/appeal-lost", {}),
    (
        ("day", "close", "lakeside", "--count", "maria:cash=25.00", "--count", "maria:check=8.00"),
        DAY_CLOSE, {"count maria:cash": "25.00", "count maria:check": "8.00", "difference": ""},
    ),
    (
        ("day", "close", "lakeside", "--count", "maria:cash=24.00", "--count", "maria:check=8.00"),
        DAY_CLOSE, {"count maria:cash": "24.00", "count maria:check": "8.00", "difference": ""},
    ),
    (
        ("day", "close", "lakeside", "--count", "maria:cash=25.00"),
        DAY_CLOSE, {"count maria:cash": "25.00", "count maria:check": "", "difference": ""},
    ),
    (("month", "close", "2031-01"), "/money/months/2031-01/close", {}),
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(desk, tmp_path_factory):
    """A copy of the home, and what its parts are called."""
    kept = tmp_path_factory.mktemp("kept") / "home"
    shutil.copytree(desk.home.path, kept)
    names = {k: str(v) for k, v in known(desk).items()}
    return kept, {**names, **{f"V-{n}": desk.number(f"V-{n}") for n in range(1, 9)}}


def put_back(desk, kept):
    shutil.rmtree(desk.home.path)
    shutil.copytree(kept, desk.home.path)
    with desk.home.opened() as opened:
        accept_ledger.accept(opened, TUESDAY, "the copy", nothing_since=True)


def said(value, names):
    return re.sub(r"\{([^}]+)\}", lambda found: names[found[1]], str(value))


def ids(form):
    words, _, fields = form
    return " ".join(map(str, (*words[:3], *words[-2:], *list(fields.values())[-2:])))


@pytest.mark.parametrize("form", FORMS, ids=ids)
def test_an_act_comes_to_the_same_by_command_and_on_the_console(desk, whole, form):
    kept, names = whole
    words, address, fields = form
    came_to = []
    for do in ("typed", "pressed"):
        put_back(desk, kept)
        before = rows(desk)
        if do == "typed":
            dry = typed(desk, *(said(word, names) for word in words), "--dry-run")
            assert rows(desk) == before, "a dry run writes nothing"
            code = typed(desk, *(said(word, names) for word in words))
            assert dry == code
        else:
            code = pressed(desk, said(address, names), {k: said(v, names) for k, v in fields.items()})
        after = rows(desk)
        assert (after == before) == bool(code), (do, code)
        came_to.append((code, {name: after[name] for name in after if after[name] != before[name]}))
    assert came_to[0] == came_to[1]
