"""Money and patients: what the pages say is the ledger's, what is pressed is done once, by who it is."""

import re
from html import unescape
from pathlib import Path

import pytest

from config.settings import load
from ledger.queries import claim_story, deposits
from ledger.queries.money import money, remittances
from ledger.queries.proof import of_all as proof
from ledger.queries.suspense import suspense
from ledger.trail import audit
from tasks.home.home import open_home
from tasks.operations.import_deposits import import_deposits
from tasks.operations.money_acts import By
from tests.conftest import WorkingHome
from tests.tasks.answering import (
    TUESDAY,
    Adjustment,
    Partner,
    Person,
    ServicePayment,
    date,
    paid,
    remitted,
)
from tests.web.conftest import MONDAY, Office

pytestmark = pytest.mark.usefixtures("either_database")
PEOPLE = {
    "maria": (["manager"], ["*"]),
    "bea": (["biller"], ["*"]),
    "lea": (["biller"], ["summit"]),
    "carl": (["coder"], ["*"]),
    "ada": (["auditor"], ["*"]),
}
BANK = "account,date,amount,kind,trace,payer,reference\n"


@pytest.fixture
def desk(home, tmp_path) -> Office:
    return desk_of(home, tmp_path)


def desk_of(home: WorkingHome, folder: Path) -> Office:
    """Three claims are out. One remittance paid the first and 90.00 for the second under a number that nobody
    has; another one has the same trace. The bank has 200.00 and 7.00."""
    partner = Partner(home)
    file = home.path / "partners" / "practices" / "lakeside.toml"
    file.write_text(f'bank_accounts = ["4321"]\n{file.read_text("utf-8")}', encoding="utf-8")
    for number in ("T-1", "T-2", "T-3"):
        person = {**home.encounter()["patient"], "first": f"Quill {number[-1]}"}
        covered = [{"order": "P", "payer": "harbor", "member_id": f"W1777000{number[-1]}"}]
        home.drop(f"lakeside/{number}.json", home.encounter(number, patient=person, coverages=covered))
    partner.collect(MONDAY)
    with home.opened() as opened:
        numbers = {r.encounter: r.patient_control_number for r in claim_story.page(opened.ledger)}
    first = Person(last="ZEPHYRINE", first="QUILL 1", member_id="W17770001")
    second = Person(last="ZEPHYRINE", first="QUILL 2", member_id="W17770002")
    line = ServicePayment(
        procedure="99213", charge=13500, paid=10000, control_number="1", service_from=date(2026, 11, 2),
        adjustments=(
            Adjustment(group="CO", reason="45", amount=1500), Adjustment(group="PR", reason="1", amount=2000),
        ),
    )  # fmt: skip
    known = paid(numbers["T-1"], cents=10000, patient=first, patient_owes=2000, lines=(line,))
    lost = paid("ELSEWHERE", cents=9000, patient=second, payer_claim_control_number="ICN2")
    partner.pay("r1.835", remitted(known, lost))
    partner.pay("r2.835", remitted(paid(numbers["T-3"], cents=5000, payer_claim_control_number="ICN3")))
    partner.collect(TUESDAY)
    bank = folder / "bank.csv"
    bank.write_text(f"{BANK}4321,2026-11-18,200.00,other,,,B1\n4321,2026-11-17,7.00,other,,,B2\n")
    office = Office(home)
    office.hire(PEOPLE)
    with opened_of(office) as opened:
        import_deposits(opened, date(2026, 11, 18), By("ann", "the bank's file"), bank, dry_run=False)
    return office


def opened_of(office: Office):
    return open_home(load(office.home.path))


def cents(text: str) -> int:
    return round(float(text.replace("$", "").replace(",", "")) * 100)


def rows(page: str) -> dict[str, int]:
    """The amounts of a table of two columns, by their heads without links."""
    found = re.findall(r'<tr><th scope="row">(.*?)</th><td class="n">(.*?)</td></tr>', page)
    return {re.sub(r"<[^>]+>", "", head): cents(re.sub(r"<[^>]+>", "", cell)) for head, cell in found}


def test_the_pages_add_up_to_the_ledger_place_money_once_and_close_the_month(desk):
    every_figure_is_the_ledgers_and_leads_to_a_list_that_adds_up_to_it(desk)
    money_is_placed_after_a_preview_once_and_by_the_person(desk)
    a_patient_is_found_and_pays_and_nothing_of_another_account_is_touched(desk)
    a_month_and_a_desks_day_are_closed_by_who_may(desk)


def every_figure_is_the_ledgers_and_leads_to_a_list_that_adds_up_to_it(desk):
    client = desk.as_("maria")
    page = unescape(client.get("/money").text)
    with opened_of(desk) as opened:
        now = money(opened.ledger)
    parts = rows(page.partition("What was charged")[2].partition("By age")[0])
    assert parts["Together"] == parts["Charged"] == now.charged
    assert (parts["Payers owe"], parts["Patients owe"]) == (now.receivable_payers, now.receivable_patients)
    assert "some money is not where it belongs yet" in page
    waits = re.findall(
        r'<td><a href="(/money/[^"]+)">[^<]+</a></td><td class="n">(\d+)</td><td class="n">([^<]+)</td>', page
    )
    assert [(address, int(count), cents(amount)) for address, count, amount in waits] == [
        ("/money/remittances?state=waiting", 1, 5000), ("/money/suspense", 1, 9000),
        ("/money/deposits", 2, 20700), ("/money/undeposited", 1, 19000),
    ]  # fmt: skip
    for address, count, _ in waits:
        listed = client.get(address).text
        assert len(re.findall(r"<tr><td><a href=\"/money/", listed)) == int(count), address

    aging = unescape(client.get("/money/aging").text)
    cells = re.findall(r'<a href="(/money/aging/claims[^"]*)">(-?\$[^<]+)</a>', aging)
    figures = {(address, cents(amount)) for address, amount in cells}
    assert figures
    for address, amount in figures:
        listed = client.get(address).text
        assert f"${amount / 100:,.2f}</h1>" in listed, address
        owed = re.findall(r'<td class="day">[^<]*</td><td class="n">([^<]+)</td>', listed)
        assert sum(map(cents, owed)) == amount, address
    assert rows(aging)["The ledger's receivable"] == now.receivable
    assert "explained by no open work" not in aging
    assert rows(unescape(client.get("/money/aging?practice=summit").text))["The ledger's receivable"] == 0

    listed = client.get("/money/remittances?state=posted").text
    [posted] = re.findall(r'"/money/remittances/(\d+)"', listed)
    one = client.get(f"/money/remittances/{posted}").text
    assert rows(one) == {"2 claim payments": 19000, "Paid": 19000}
    assert "on no claim" in one
    assert "<td>processed as primary (status 1)</td>" in one
    for address in ("remittances?state=lost", "aging?by=age", "suspense?payer=nobody", "deposits?practice=x"):
        assert client.get(f"/money/{address}").status_code == 422, address
    for who, status in (("carl", 403), ("ada", 200), ("lea", 200)):
        for name in ("", "/remittances", "/suspense", "/deposits", "/undeposited", "/aging", "/aging/claims"):
            answer = desk.as_(who).get(f"/money{name}")
            assert answer.status_code == status, (who, name)
            assert who != "lea" or not re.search(r'<tr><td><a href="/(claims|money/\w+)/\d', answer.text), (
                name
            )
    for address in (f"remittances/{posted}", "suspense/2", "deposits/1", "days/lakeside", "months/2026-10"):
        answer = desk.as_("lea").get(f"/money/{address}")
        assert answer.status_code == (403 if "months" in address else 404), address


def money_is_placed_after_a_preview_once_and_by_the_person(desk):
    client = desk.as_("bea")
    with opened_of(desk) as opened:
        [lost] = suspense(opened.ledger, TUESDAY)
        [waiting] = remittances(opened.ledger, unposted=True)
        [missing] = deposits.undeposited(opened.ledger)
        whole, rest = sorted(deposits.open_deposits(opened.ledger), key=lambda d: -d.cents)
    likely, *_ = lost.candidates
    page, address = client.get("/money/suspense").text, f"/money/suspense/{lost.id}"
    assert f"Place on {likely.patient_control_number}" in page
    fields = {"claim": likely.patient_control_number, "why": "the name and the day say so"}
    assert "Nothing is done yet" in desk.press(client, f"{address}/match", **fields).text
    refusals = (
        ({"why": ""}, "LED-14"), ({"claim": "NOBODY"}, "CLM-01"), ({"claim": ""}, "CLM-01"),
    )  # fmt: skip
    for wrong, code in refusals:
        refused = desk.press(client, f"{address}/match", **{**fields, **wrong}, really="1")
        assert (refused.status_code, code in refused.text) == (409, True), wrong
    assert desk.press(desk.as_("lea"), f"{address}/match", **fields, really="1").status_code == 404
    assert desk.press(desk.as_("ada"), f"{address}/match", **fields, really="1").status_code == 403
    assert desk.press(client, f"{address}/match", **fields, really="1").headers["location"] == address
    assert desk.press(client, f"{address}/match", **fields, really="1").status_code == 409, "once"
    assert f'href="/claims/{likely.claim_id}"' in client.get(address).text
    assert "Nothing lies in suspense" in client.get("/money/suspense").text

    address = f"/money/deposits/{whole.id}"
    ticked = {"remittance": str(missing.id), "fee": "", "other": "", "why": "the same amount"}
    assert f'value="{missing.id}" checked' in client.get(address).text, "the likeliest is ticked"
    assert "$190.00 of remittance" in desk.press(client, f"{address}/match", **ticked).text
    assert "WEB-08" in desk.press(client, f"{address}/match", **{**ticked, "remittance": ""}).text
    assert "WEB-08" in desk.press(client, f"{address}/match", **{**ticked, "fee": "2.5"}).text
    assert desk.press(client, f"{address}/match", **ticked, really="1").status_code == 303
    assert desk.press(client, f"{address}/match", **ticked, really="1").status_code == 409
    assert "$10.00 not explained" in client.get(address).text
    settled = {"meaning": "interest", "why": "the bank's letter"}
    for number in (whole.id, rest.id):
        done = desk.press(client, f"/money/deposits/{number}/settle", **settled, really="1")
        assert done.status_code == 303
    assert "Every deposit is explained" in client.get("/money/deposits").text
    assert "Nothing is missing" in client.get("/money/undeposited").text
    undone = desk.press(client, f"/money/deposits/{rest.id}/unmatch", why="it was not", really="1")
    assert undone.status_code == 303

    address = f"/money/remittances/{waiting.id}"
    assert "Its parts" in client.get(address).text
    assert "$50.00" in desk.press(client, f"{address}/release", part="1", why="they paid twice").text
    forged = desk.press(client, f"{address}/release", part="x", why="they paid twice", really="1")
    assert (forged.status_code, "WEB-08" in forged.text) == (409, True)
    assert desk.press(client, f"{address}/refuse", why="it was sent twice", really="1").status_code == 303
    assert desk.press(client, f"{address}/release", part="0", why="no", really="1").status_code == 409
    assert f'"{address}"' in client.get("/money/remittances?state=decided").text
    refused = client.get(address).text
    assert "not to be posted</h1>" in refused
    assert "bea decided on" in refused
    assert "it was sent twice" in refused
    assert "Post it after all" not in refused
    with opened_of(desk) as opened:
        now = money(opened.ledger)
        assert (now.closes, proof(opened.ledger).holds, now.suspense, now.cash) == (True, True, 0, 19000)
        actors = {row.actor for row in audit.rows(opened.ledger, most=500) if "payment" in row.subject}
        assert any(actor.startswith("bea, console") for actor in actors)
        assert {r.id for r in deposits.open_deposits(opened.ledger)} == {rest.id}


def a_patient_is_found_and_pays_and_nothing_of_another_account_is_touched(desk):
    client = desk.as_("bea")
    listed = client.get("/patients").text
    [(number, owes)] = re.findall(
        r'href="/patients/(\d+)">.*?<td class="n">1</td><td class="n">([^<]+)<', listed
    )
    assert cents(owes) == 2000
    address = f"/patients/{number}"
    for term in ("Zephyrine, Quill 1", "T-1", "W17770001"):
        found = desk.press(client, "/patients/search", term=term)
        assert (found.status_code, found.headers.get("location")) == (303, address), term
    assert "is or was the patient" in desk.press(client, "/patients/search", term="T-3").text
    assert "Nobody has this name" in desk.press(client, "/patients/search", term="Nobody, At All").text
    page = client.get(address).text
    assert "Quill 1 Zephyrine" in page
    assert "Zephyrine" not in re.search("<title>(.*)</title>", page)[1]
    for who, status in (("lea", 404), ("carl", 403), ("ada", 200)):
        assert desk.as_(who).get(address).status_code == status
        pressed = desk.press(
            desk.as_(who), f"{address}/pay", amount="20.00", method="cash", really="1", why="x"
        )
        assert pressed.status_code == (403 if who != "lea" else 404)
    fields = {"amount": "15.00", "method": "check", "reference": "881", "why": "came by mail"}
    assert "$15.00 to claim" in unescape(desk.press(client, f"{address}/pay", **fields).text)
    refusals = (
        ({"amount": ""}, "PAT-04"), ({"amount": "1,5"}, "WEB-08"), ({"amount": "-5.00"}, "WEB-08"),
        ({"method": "shells"}, "PAT-03"), ({"reference": ""}, "PAT-03"), ({"why": ""}, "LED-14"),
        ({"claim": "T-3"}, "PAT-02"),
    )  # fmt: skip
    for wrong, code in refusals:
        refused = desk.press(client, f"{address}/pay", **{**fields, **wrong}, really="1")
        assert (refused.status_code, code in refused.text) == (409, True), wrong
    assert desk.press(client, f"{address}/pay", **fields, really="1").headers["location"] == address
    again = desk.press(client, f"{address}/pay", **fields, really="1")
    assert (again.status_code, "PAT-06" in again.text) == (409, True), "the same check is not taken twice"
    assert "Owes <strong>$5.00" in client.get(address).text
    elsewhere = (
        ("unpay", {"payment": "1"}), ("void", {"statement": "1"}),
        ("release", {"hold": "7", "from": "2026-11-18"}),
        ("plan-end", {"plan": "1"}), ("estimate-undo", {"estimate": "1"}), ("refund", {"claim": "T-3"}),
        ("hold", {"kind": "dispute", "from": "2026-11-18", "claim": "T-3"}),
    )  # fmt: skip
    for key, wrong in elsewhere:
        refused = desk.press(client, f"{address}/{key}", **wrong, why="of another account", really="1")
        assert (refused.status_code, "WEB-08" in refused.text) == (409, True), key
    plan = {"instalments": "2", "first": "2026-12-01", "why": "as agreed"}
    assert "2 instalments of $2.50" in desk.press(client, f"{address}/plan", **plan).text
    assert desk.press(client, f"{address}/plan", **plan, really="1").status_code == 303
    planned = client.get(address).text
    assert "Payment plans" in planned
    [which] = re.findall(r'<option\s+value="(\d+)">\d+: \$5.00 left', planned)
    over = desk.press(client, f"{address}/plan-end", plan=which, why="they moved", really="1")
    assert over.status_code == 303
    held = {"kind": "dispute", "from": "2026-11-18", "claim": "", "why": "it was another day"}
    assert desk.press(client, f"{address}/hold", **held, really="1").status_code == 303
    [hold] = re.findall(r'<option\s+value="(\d+)">\d+: dispute', client.get(address).text)
    freed = desk.press(
        client, f"{address}/release", hold=hold, why="it was settled", really="1", **{"from": "2026-11-18"}
    )
    assert freed.status_code == 303
    [payment] = re.findall(r'name="payment" value="(\d+)"', client.get(address).text)
    assert (
        desk.press(client, f"{address}/unpay", payment=payment, why="it came back", really="1").status_code
        == 303
    )
    assert "Owes <strong>$20.00" in client.get(address).text
    assert (
        desk.press(client, f"{address}/pay", **{**fields, "reference": "882"}, really="1").status_code == 303
    )
    with opened_of(desk) as opened:
        seen = [
            row
            for row in audit.rows(opened.ledger, act="looked at", most=500)
            if row.subject == f"account {number}"
        ]
        assert {row.actor for row in seen} == {"bea, console", "ada, console"}
        assert money(opened.ledger).closes


def a_month_and_a_desks_day_are_closed_by_who_may(desk):
    client = desk.as_("maria")
    file = desk.home.path / "cleanclaim.toml"
    file.write_text(file.read_text("utf-8").replace("demo = true", "demo = false"), encoding="utf-8")
    desk.app.state.homes.close()
    desk.wait(days=20)  # December
    desk._clients.clear()
    client = desk.as_("maria")
    assert "/money/months/2026-11" in client.get("/money").text
    preview = desk.press(client, "/money/months/2026-11/close").text
    assert "every check of the package holds" in unescape(preview)
    assert "in transit at its end: deposit" in unescape(preview), "the one that was open again"
    for month in ("2026-12", "2027-01", "2026-13", "november"):
        answer = desk.press(client, f"/money/months/{month}/close", why="it is over", really="1")
        assert answer.status_code == (409 if month in ("2026-12", "2027-01") else 404), month
    assert (
        desk.press(desk.as_("bea"), "/money/months/2026-11/close", why="over", really="1").status_code == 403
    )
    assert "LGR-02" in desk.press(client, "/money/months/2026-11/close", why=" ", really="1").text
    assert desk.press(client, "/money/months/2026-11/close", why="it is over", really="1").status_code == 303
    assert desk.press(client, "/money/months/2026-11/close", why="again", really="1").status_code == 409
    assert "Closed up to 2026-11" in client.get("/money").text
    address = "/money/days/lakeside"
    assert "the books say $15.00" in client.get(address).text
    for counted, code in (("", "LED-14"), ("14.00", "LED-14"), ("x", "WEB-08")):
        refused = desk.press(
            client, f"{address}/close", why="evening", really="1", **{"count bea:check": counted}
        )
        assert (refused.status_code, code in refused.text) == (409, True), counted
    right = {"count bea:check": "15.00", "why": "evening"}
    assert "$15.00 counted" in desk.press(client, f"{address}/close", **right).text
    assert desk.press(client, f"{address}/close", **right, really="1").status_code == 303
    assert "No patient paid" in client.get(address).text
    assert "2026-12-08" in client.get("/money/days/lakeside").text
    assert client.get("/money/days/nowhere").status_code == 404
    with opened_of(desk) as opened:
        [closed] = audit.rows(opened.ledger, act="month closed")
        assert closed.actor.startswith("maria, console")
