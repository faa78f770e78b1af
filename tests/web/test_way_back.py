"""The way back leads to the list as it was filtered, from a piece of work after acts on it too."""

import re
from html import unescape

import pytest

from tests.web.conftest import Office


def way_back(page: str) -> str:
    return unescape(re.findall(r'aria-label="Back" class="back"><a href="([^"]*)"', page)[0])


def opened(office: Office, client, listed: str, path: str) -> str:
    """A row's page, as a browser asks for it that comes from the list."""
    found = re.findall(rf'href="({path}/\d+)"', client.get(listed).text)
    return str(found[0])


@pytest.mark.parametrize(
    ("listed", "path"),
    [
        ("/claims?practice=lakeside&state=paid", "/claims"),
        ("/money/remittances?payer=harbor", "/money/remittances"),
        ("/patients?practice=lakeside", "/patients"),
    ],
)
def test_a_row_leads_back_to_its_list_with_the_filters(office, listed, path):
    client = office.as_("maria")
    row = opened(office, client, listed, path)
    page = client.get(row, headers={"referer": f"http://127.0.0.1:4280{listed}"}).text
    assert way_back(page) == listed
    assert way_back(client.get(row).text) == path, "who comes from nowhere gets the whole list"
    away = client.get(row, headers={"referer": f"http://evil.example{listed}"}).text
    assert way_back(away) == path


def test_the_filters_of_the_queue_stay_through_a_preview_and_an_act(office):
    client, listed = office.as_("maria"), "/work?kind=denial&payer=harbor"
    row = opened(office, client, listed, "/work")
    page = client.get(row, headers={"referer": f"http://127.0.0.1:4280{listed}"}).text
    assert way_back(page) == listed
    action = unescape(re.findall(r'action="(/work/\d+/note[^"]*)"', page)[0])
    preview = office.press(client, action, why="asked the payer")
    assert way_back(preview.text) == listed
    again = unescape(re.findall(r'action="(/work/\d+/note[^"]*)"', preview.text)[0])
    done = office.press(client, again, why="asked the payer", really="1")
    assert done.status_code == 303
    assert way_back(client.get(done.headers["location"]).text) == listed


def test_an_address_can_not_make_the_way_back_lead_elsewhere(office):
    client = office.as_("maria")
    row = opened(office, client, "/work", "/work")
    for said in (
        "//evil.example",
        "kind=denial&next=//evil.example",
        '"><script>alert(1)</script>',
        "a" * 5000,
    ):
        page = client.get(row, params={"list": said}).text
        assert way_back(page) in ("/work", "/work?kind=denial")
        assert "<script>alert" not in page
