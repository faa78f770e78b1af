"""What a page asks of the ledger must not grow with the claims in it."""

import re
from datetime import date

from bench import console
from bench.lifelike import partners
from bench.lifelike.encounters import Life
from bench.lifelike.history import History
from config.settings import load
from ledger.queries.proof import of_all
from tasks.home.home import open_home
from tasks.work.causes import keep_queue

OTHERS = 3  # requests that a page makes beside its own
OF_A_STATE = 20  # statements that depend on the state of what is shown; a row of 25 would add more


def asked(settings, day: date) -> tuple[dict[str, int], list[str]]:
    """How many statements each page takes, and the pages themselves."""
    office = console.Office(settings, day)
    with open_home(settings) as home:
        pages = console.pages(home.ledger, day)
        keep_queue(home, day)  # as the act does that wrote last
    counts, texts = {}, []
    for name, ask in pages.items():
        with office.counted() as sent:
            texts.append(ask(office))
        counts[name] = len(sent)
    return counts, texts


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
