"""What the pages say is what the ledger says, and what is pressed on them is done once, by who signed in."""

import re
from html import unescape

import pytest

from config.settings import load
from ledger.queries import claim_story
from ledger.queries.flow import PLACES, flow
from ledger.queries.work_queue import Asked, events, items
from ledger.trail import audit
from tasks.home.home import open_home
from tasks.runs.lease import lease
from tests.tasks.answering import Adjustment, Partner, Person, ServicePayment, date, paid, remitted
from tests.web.conftest import MONDAY, TUESDAY, Office, key_of

pytestmark = pytest.mark.usefixtures("either_database")

SIX_NIGHTS = date(2026, 11, 23)
PEOPLE = {"maria": (["manager"], ["*"]), "carl": (["coder"], ["lakeside"]), "lea": (["biller"], ["summit"])}


def opened(office: Office):
    return open_home(load(office.home.path))


@pytest.fixture
def desk(home) -> Office:
    """Monday: two clean encounters and one that is held. Tuesday: one is paid, one denied."""
    partner = Partner(home)
    home.drop("lakeside/1.json", home.encounter("T-1"))
    second = {**home.encounter("T-2")["patient"], "last": "Okonkwo", "first": "Ada"}
    covered = [{"order": "P", "payer": "harbor", "member_id": "W17770002"}]
    home.drop("lakeside/2.json", home.encounter("T-2", patient=second, coverages=covered))
    home.drop("lakeside/3.json", home.encounter("T-3", diagnoses=["X99"], service_date="2026-11-03"))
    partner.collect(MONDAY)
    with home.opened() as found:
        numbers = {r.encounter: r.patient_control_number for r in claim_story.page(found.ledger)}
    denied = ServicePayment(
        procedure="99213", charge=13500, paid=0, control_number="1", service_from=date(2026, 11, 2),
        adjustments=(Adjustment(group="CO", reason="197", amount=13500),),
    )  # fmt: skip
    partner.pay(
        "r1.835",
        remitted(
            paid(numbers["T-1"], cents=13500, lines=(_whole(),)),
            paid(
                numbers["T-2"],
                cents=0,
                status="4",
                lines=(denied,),
                payer_claim_control_number="ICN2",
                patient=Person(last="OKONKWO", first="ADA", member_id="W17770002"),
            ),
        ),
    )
    partner.collect(TUESDAY)
    office = Office(home)
    office.hire(PEOPLE)
    return office


def _whole() -> ServicePayment:
    return ServicePayment(
        procedure="99213", charge=13500, paid=13500, control_number="1", service_from=date(2026, 11, 2)
    )


def dollars(text: str) -> int:
    return round(float(text.replace("$", "").replace(",", "")) * 100)


def test_the_flow_adds_up_and_each_number_leads_to_its_list(desk):
    client = desk.as_("maria")
    page = client.get("/?night=2026-11-16").text
    found = re.findall(
        r'<td><a href="(/night/[^"]+)">([^<]+)</a></td>\s*<td>([^<]*)</td><td class="n">([\d,]+)</td>'
        r'<td class="n">([^<]+)</td>',
        page,
    )
    stages = {
        title: (address, of, int(claims), dollars(cents)) for address, title, of, claims, cents in found
    }
    assert {title: (n, cents) for title, (_, _, n, cents) in stages.items()} == {
        "Picked up": (3, 40500), "Claims": (2, 27000), "Held": (1, 13500), "Sent": (2, 27000),
        "Accepted": (2, 27000), "Paid": (1, 13500), "Denied": (1, 13500),
    }  # fmt: skip
    for title, (address, _, claims, cents) in stages.items():
        parts = [one for one in stages.values() if one[1] == title]
        assert not parts or (sum(p[2] for p in parts), sum(p[3] for p in parts)) == (claims, cents), title
        listed = client.get(address).text
        assert f"{title}: {claims} claim{'' if claims == 1 else 's'}, ${cents / 100:,.2f}" in listed
        assert len(re.findall(r"<td>T-\d</td>", listed)) == claims
        assert f'href="{address}"' in page.partition("The same as a table")[0], "the picture leads there too"
    with opened(desk) as home:
        places = flow(home.ledger, "2026-11-16")
        assert list(places) == list(PLACES)
        assert flow(home.ledger, "2026-11-16", ["summit"])["paid"].claims == 0
    hidden = desk.as_("lea").get("/?night=2026-11-16").text
    assert "0 · $0.00" in hidden
    assert desk.as_("lea").get("/night/2026-11-16/paid").text.count("T-1") == 0


def test_a_claim_says_first_why_it_is_unpaid_and_every_number_and_the_name_find_it(desk):
    client = desk.as_("maria")
    with opened(desk) as home:
        rows = {row.encounter: row for row in claim_story.page(home.ledger)}
    denied, settled = rows["T-2"], rows["T-1"]
    page = unescape(client.get(f"/claims/{denied.claim}").text)
    assert f"Claim {denied.patient_control_number}: denial by harbor, line 1, CO 197, $135.00" in page
    assert "AUTH</strong> moves next" in page
    assert re.search(r"By <strong>\w+ \d+ \w+ 20\d\d</strong>", page)
    assert "Okonkwo, Ada" in page
    assert "<title>Claim " + str(denied.claim) in page
    assert "nothing is owed" in client.get(f"/claims/{settled.claim}").text
    for term in (denied.patient_control_number, "T-2", "ICN2", "W17770002", "Okonkwo, Ada", "ada OKONKWO"):
        found = desk.press(client, "/search", term=term)
        assert (found.status_code, found.headers.get("location")) == (303, f"/claims/{denied.claim}"), term
    both = desk.press(client, "/search", term="T1")
    assert both.text.count('href="/claims/') >= 2, "a trace number leads to each claim of its remittance"
    held = desk.press(client, "/search", term="T-3")
    assert held.headers["location"].startswith("/work/")
    assert desk.press(desk.as_("lea"), "/search", term="Okonkwo, Ada").status_code == 200


def test_a_hold_is_corrected_after_a_preview_and_goes_with_the_next_run(desk):
    client = desk.as_("carl")
    with opened(desk) as home:
        [hold] = items(home.ledger, TUESDAY, Asked(kinds=["hold"]))
    page = client.get(f"/work/{hold.id}").text
    assert "COD-01" in page or "DX-" in page
    assert f'href="/codes/X99?work={hold.id}&amp;at=diagnoses%5B1%5D"' in page, "the finding's code"
    address, fields = f"/work/{hold.id}/draft", {"changes": "diagnoses[1]=J02.9", "why": "the note says so"}
    preview = unescape(desk.press(client, address, **fields).text)
    assert "diagnoses[1]: X99 to J02.9" in preview
    assert "Nothing is done yet" in preview
    file = desk.home.inbox / "lakeside" / f"T-3-v2-work{hold.id}.json"
    assert not file.exists()
    for wrong, code in (({"why": ""}, "LED-14"), ({"changes": "diagnoses[9]=J02.9"}, "WRK-06")):
        refused = desk.press(client, address, **{**fields, **wrong}, really="1")
        assert (refused.status_code, code in refused.text) == (409, True)
    with lease(str(desk.home.path), "", TUESDAY, opens_night=False) as running:
        assert running
        busy = desk.press(client, address, **fields, really="1")
        assert (busy.status_code, "WEB-07" in busy.text) == (409, True)
    assert not file.exists()
    for _ in range(2):  # pressed twice
        assert desk.press(client, address, **fields, really="1").status_code == 303
    assert file.exists()
    with opened(desk) as home:
        drafted = [e for e in events(home.ledger, hold.id) if e.event == "drafted"]
        assert {e.actor for e in drafted} == {"carl"}
        [row, *_] = audit.rows(home.ledger, act="drafted")
        assert re.fullmatch(r"carl, console, run \d+", row.actor)
        assert audit.verify(home.ledger, {}, {}).rows > 0
    with desk.home.opened() as home:
        from tasks import nightly_run

        nightly_run.walk(home, SIX_NIGHTS)
    assert "T-3" in client.get("/night/2026-11-23/sent").text
    assert "over: resolved" in client.get(f"/work/{hold.id}").text


def test_several_pieces_are_assigned_together_after_a_preview_and_filters_are_the_ledgers(desk):
    client = desk.as_("maria")
    page = client.get("/work").text
    marked = re.findall(r'name="id" value="(\d+)"', page)
    assert len(marked) == 2
    assert 'class="chosen"' in page
    fields = {"id": marked, "act": "assign", "to": "dana", "why": "her payers", "back": "?kind=denial"}
    preview = desk.press(client, "/work", **fields).text
    assert preview.count("assigned to dana") == 2
    assert "dana" not in client.get("/work").text
    done = desk.press(client, "/work", **fields, really="1")
    assert (done.status_code, done.headers["location"]) == (303, "/work?kind=denial")
    only = client.get(
        "/work?kind=denial&assignee=dana&payer=harbor&practice=lakeside&cause=197&least=100"
    ).text
    assert re.findall(r'href="/work/(\d+)"', only) == [m for m in marked if f"denial {m}" in page]
    assert "Nothing waits that is asked for here" in client.get("/work?assignee=-").text
    for unknown in ("kind=nothing", "payer=nobody", "due_by=tomorrow", "cause=XYZ"):
        answer = client.get(f"/work?{unknown}")
        assert (answer.status_code, "WEB-08" in answer.text) == (422, True), unknown
    for act, said in (("snooze", "snoozed until 2026-11-20"), ("note", "noted")):
        assert (
            desk.press(client, "/work", **{**fields, "act": act, "until": "2026-11-20"}).text.count(said) == 2
        )
    no_day = desk.press(client, "/work", **{**fields, "act": "snooze"})
    assert (no_day.status_code, "WEB-08" in no_day.text) == (409, True)
    outside = {**fields, "back": "https://evil.example/"}
    assert desk.press(client, "/work", **outside, really="1").headers["location"] == "/work"


def test_what_is_above_a_persons_authority_is_refused_with_its_code_and_nothing_is_written_off(desk):
    file = desk.home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}authority = {{ maria = 10000 }}\n", encoding="utf-8")
    client = desk.as_("maria")
    with opened(desk) as home:
        [denial] = items(home.ledger, TUESDAY, Asked(kinds=["denial"]))
    address = f"/work/{denial.id}/write-off"
    refused = desk.press(client, address, why="too little to ask for", really="1")
    assert (refused.status_code, "LED-15" in refused.text) == (409, True)
    file.write_text(file.read_text().replace("10000", "20000"), encoding="utf-8")
    desk.app.state.homes.close()  # as after a minute
    preview = desk.press(client, address, why="too little to ask for").text
    assert "$135.00" in preview
    with opened(desk) as home:
        assert items(home.ledger, TUESDAY, Asked(kinds=["denial"]))
    assert desk.press(client, address, why="too little to ask for", really="1").status_code == 303
    again = desk.press(client, address, why="too little to ask for", really="1")
    with opened(desk) as home:
        assert not items(home.ledger, TUESDAY, Asked(kinds=["denial"]))
        acts = [
            s for s in claim_story.show(home.ledger, denial.claim_id).steps if s.what.startswith("write off")
        ]
    assert [step.who for step in acts] == ["maria"], "once, whatever was pressed again"
    assert again.status_code in (303, 409)


def test_a_batch_is_previewed_and_one_that_is_done_stays_as_it_is(desk):
    client = desk.as_("maria")
    assert "Batch 1 to northgate" in client.get("/batches/1").text
    preview = desk.press(client, "/batches/1/resend", why="they lack it").text
    assert '<details class="act" open>' in preview
    assert "Do it" not in preview, "it was answered"
    no_reason = desk.press(client, "/batches/1/resend", really="1")
    assert (no_reason.status_code, "WEB-08" in no_reason.text) == (422, True)
    refused = desk.press(client, "/batches/1/release", why="it is held", really="1")
    assert (refused.status_code, "BAT-04" in refused.text) == (409, True)
    assert desk.press(client, "/batches/1/rerun", why="look again", really="1").status_code == 303
    assert len(list((desk.home.path / "site" / "inbound").iterdir())) == 1
    assert key_of(client.get("/batches/1").text)
