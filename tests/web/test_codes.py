"""The encoder in the console says what `cleanclaim codes` says, and what was typed stands in no address."""

import re
from datetime import date
from html import unescape

import pytest

import coding.codes
from coding.codes.guide import Guide
from config.settings import load
from ledger.queries.newest import newest_of_work
from ledger.queries.work_queue import Asked, items
from ledger.trail import audit
from tasks.home.home import open_home
from tests.web.conftest import TUESDAY, Office, key_of

DAY = date(2026, 11, 18)


def searched(office: Office, client, words: str, **fields: str):
    key = key_of(client.get("/").text)
    return client.post("/codes", data={"form_key": key, "words": words, **fields})


def links(page: str, part: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="(/codes/[^"]*)"', page) if part in one]


def test_a_search_says_why_and_its_words_stand_in_no_address(office):
    client = office.as_("carl")
    went = searched(office, client, "Zephyrine Quill broken left wrist 99213")
    assert went.status_code == 303
    address = went.headers["location"]
    assert re.fullmatch(r"/codes\?asked=\d+", address)
    page = client.get(address).text
    assert "Zephyrine" not in "".join(re.findall(r'(?:href|action)="([^"]*)"|<title>([^<]*)', page)[0])
    assert not [one for one in re.findall(r'(?:href|action)="([^"]*)"', page) if "wrist" in one]
    row = next(one for one in page.split("<tr") if "S62.102A" in one)
    assert all(f"<mark>{word}</mark>" in row for word in ("Fracture", "left", "wrist"))
    assert ("its title" in row, ">valid<" in row) == (True, True)
    assert "its set is not loaded" in page
    assert "cleanclaim codes load CPT_2026.txt" in page
    others = office.as_("maria").get(address).text
    assert ("not kept any more" in others, "S62.102A" in others) == (True, False)
    category = client.get(searched(office, client, "S62.1").headers["location"]).text
    assert "a category" in category
    assert links(category, "/codes/guide/S62.1")
    assert "No diagnosis is found" in client.get(searched(office, client, "qzx").headers["location"]).text
    assert "Type what is documented" in client.get(searched(office, client, "  ").headers["location"]).text


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/codes/E11.22", ["<strong>Valid</strong>", "Use an additional code", "N18.31", "Excludes1"]),
        ("/codes/S62.1", ["<strong>A category</strong>", "S62.10", "/codes/guide/S62.1", "7th character"]),
        ("/codes/T15.01A", ["the placeholder X is missing", "/codes/T15.01XA"]),
        ("/codes/99213", ["CPT is not loaded", "codes load CPT_2026.txt", "not loaded: unchecked", "MUE"]),
        ("/codes/J3490", ["HCPCS level II is not loaded", "HCPC2026_OCT_ANWEB.txt"]),
        ("/codes/E11.2Q", ["/codes/E11"]),
        ("/codes/%3Cscript%3E", ["No ICD-10-CM code", "Search it by words"]),
        ("/codes/guide/S62?day=2026-11-02", ["Which of Fracture at wrist and hand level?", "S62.0"]),
    ],
)  # fmt: skip
def test_a_page_of_a_code_says_whether_it_may_be_billed_and_what_instead(office, address, says):
    answer = office.as_("carl").get(address)
    assert answer.status_code == 200
    assert [one for one in says if one not in answer.text] == []
    assert "<script>" not in answer.text


def test_an_ended_code_leads_to_what_came_after_it(office):
    page = office.as_("carl").get("/codes/M54.5").text
    assert "<strong>Ended</strong> on Thu 30 Sep 2021, now a category" in page
    assert page.index("Came after it on Fri 1 Oct 2021") < page.index("/codes/M54.51")
    before = office.as_("carl").get("/codes/M54.5?day=2020-03-02").text
    assert "<strong>Valid</strong> for services of Mon 2 Mar 2020" in before
    assert office.as_("carl").get("/codes/J02.9?day=tomorrow").status_code == 422


def test_the_guide_asks_what_the_command_asks_and_every_answer_has_a_way_back(office):
    client, codes = office.as_("carl"), coding.codes.load()
    guide, given, address = Guide(codes.tabular, codes.diagnoses, DAY), [], "/codes/guide/S62"
    for _ in range(8):
        walk, page = guide.walk("S62", given), client.get(address).text
        backs = re.findall(r'href="([^"]*)">back to this question', page)
        assert len(backs) == len(given)
        if walk.question is None:
            break
        assert unescape(page).count('role="button" class="option') == len(walk.question.options)
        assert walk.question.text in unescape(page)
        option = walk.question.options[-1]
        given.append(f"{walk.question.name}={option.key}")
        address = unescape(re.findall(r'class="option outline" href="([^"]*)"', page)[-1])
    assert walk.code
    assert "Valid for services of Wed 18 Nov 2026" in page
    assert unescape(backs[0]) == "/codes/guide/S62", "the first question again"
    for wrong in ("/codes/guide/ZZZ", "/codes/guide/S62?" + "&".join(["answer=x"] * 30)):
        assert client.get(wrong).status_code in (404, 422)
    assert "1 answer of the address fitted no question" in client.get("/codes/guide/S62?answer=purple").text


def test_words_begin_a_guide_and_what_they_say_is_not_asked(office):
    client = office.as_("carl")
    address = searched(office, client, "streptococcal tonsillitis of Zephyrine", guide="1").headers[
        "location"
    ]
    assert re.fullmatch(r"/codes/guide/J03\?asked=\d+", address)
    page = client.get(address).text
    assert "your words say so" in page
    again = re.findall(r'href="([^"]*)">back to this question', page)
    assert again
    assert all("asked=" not in one for one in again), "asked again without the words"
    nowhere = searched(office, client, "qzx", guide="1").headers["location"]
    assert nowhere.startswith("/codes?asked=")


def test_from_a_finding_the_encoder_knows_the_day_of_service_and_the_look_is_noted(office):
    with open_home(load(office.home.path)) as opened:
        held = {i.practice: i.id for i in items(opened.ledger, TUESDAY, Asked(kinds=["hold"]), limit=100)}
        newest = newest_of_work(opened.ledger, held["bayview"])
    client = office.as_("carl")
    page = client.get(f"/codes/J02.9?work={held['bayview']}&at=diagnoses[1]").text
    served = re.search(r'"service_date":"([^"]+)"', newest.payload)
    assert served is None or f'value="{served[1]}"' in page
    assert f'href="/work/{held["bayview"]}?use=diagnoses%5B1%5D%3DJ02.9"' in page
    with open_home(load(office.home.path)) as opened:
        [seen, *_] = audit.rows(opened.ledger, subject=f"work {held['bayview']}", act="looked at")
    assert (seen.actor, seen.detail) == ("carl, console", "from the encoder")
    assert office.as_("lena").get(f"/codes/J02.9?work={held['bayview']}").status_code == 404
    assert "Use J02.9" not in office.as_("ada").get(f"/codes/J02.9?work={held['bayview']}").text
    form = client.get(f"/work/{held['bayview']}?use=diagnoses[1]=J02.9&use=diagnoses[2]=Z79.4").text
    assert "diagnoses[1]=J02.9\ndiagnoses[2]=Z79.4</textarea>" in form
    assert client.get(f"/work/{held['bayview']}?use=note=hello").status_code == 422
