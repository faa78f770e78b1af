"""What a page asks of the ledger must not grow with the claims in it."""

import re
from datetime import date

from bench import console
from bench.lifelike import partners
from bench.lifelike.encounters import Life
from bench.lifelike.history import History
from config.settings import load
from ledger.queries.proof import of_all
from ledger.runs.alerts import report
from tasks.home.home import open_home
from tasks.work.causes import keep_queue
from tests.web.routes import patterns

OTHERS = 3  # requests that a page makes beside its own
OF_A_STATE = 20  # statements that depend on the state of what is shown; a row of 25 would add more


def asked(settings, day: date) -> tuple[dict[str, int], list[str]]:
    """How many statements each page takes, and the pages themselves."""
    office = console.Office(settings, day)
    with open_home(settings) as home:
        pages = console.pages(home.ledger, day)
        keep_queue(home, day)  # as the act does that wrote last
    counts, texts = {}, []
    for name, page in pages.items():
        found = page.found(office)
        if found is not None:
            with office.counted() as sent:
                texts.append(found.ask(office))
            counts[name] = len(sent)
    return counts, texts


NOT_MEASURED = {
    "/sign-in": "nobody is signed in",
    "/sign-in/code": "nobody is signed in",
    "/sign-in/set-up": "nobody is signed in",
    "/sign-in/first": "somebody is a user",
    "/patients/{number}/statements/{statement}": "a PDF of one statement",
}


def test_every_page_of_the_console_is_measured(home):
    home.use_folder()
    partners.write(home.path / "partners")
    history = History(load(home.path), Life(practices=4), strangers=0.5)
    history.night(100)
    history.last_night()
    console.rehearsed(history.settings, history.day, 10)
    office = console.Office(history.settings, history.day)
    seen: set[str] = set()
    office.client.event_hooks["request"].append(lambda request: seen.add(request.url.path))
    with open_home(history.settings) as opened:
        report(opened.ledger, "a test", history.day.isoformat(), "ACK-01", "an answer is late")
        pages = console.pages(opened.ledger, history.day)
    for page in pages.values():
        found = page.found(office)
        if found is not None:
            found.ask(office)
    known = patterns(office.app)
    missing = {route for route, one in known.items() if not any(one.match(path) for path in seen)}
    assert missing == set(NOT_MEASURED)


def test_a_page_takes_as_many_statements_with_more_claims_and_few_requests(home):
    home.use_folder()
    partners.write(home.path / "partners")
    history = History(load(home.path), Life(practices=1), strangers=0.5)
    history.night(25)
    history.night(0)
    few, _ = asked(history.settings, history.day)
    history.night(50)
    history.night(0)
    more, texts = asked(history.settings, history.day)
    with open_home(history.settings) as opened:
        assert of_all(opened.ledger).holds
    assert {name: (few[name], more[name]) for name in more if more[name] > few[name] + OF_A_STATE} == {}
    for text in texts:
        assert len(re.findall(r'<(?:script src|link rel="stylesheet|img )', text)) <= OTHERS
