"""An office that keeps up leaves open what is new, and the books that close."""

from sqlalchemy import select

from bench.lifelike import desk
from bench.lifelike.answers import Partner
from bench.lifelike.inbox import day_of, write_night
from bench.night import make_home
from bench.nights import AUTHORITY
from ledger.queries.proof import of_all
from ledger.schema import work_item
from tasks import nightly_run
from tasks.home.home import open_home

CLAIMS, NIGHTS = 120, 5


def test_what_is_held_or_denied_is_over_after_some_nights(tmp_path):
    settings = make_home(tmp_path / "home", AUTHORITY)
    partner = Partner(settings.home / "site")
    done = 0
    for night in range(1, NIGHTS + 1):
        day = day_of(night)
        write_night(settings.inbox, CLAIMS, night=night, before=(night - 1) * CLAIMS)
        if night > desk.AFTER:
            first = (night - desk.AFTER - 1) * CLAIMS
            desk.put_right(settings, range(first, first + CLAIMS), night=night)
        partner.answer(day)
        with open_home(settings) as home:
            nightly_run.walk(home, day)
            done += desk.keep_up(home, day)
    w = work_item.c
    query = select(w.kind, w.business_on).where(w.state == "open", w.kind.in_(("hold", "denial")))
    with open_home(settings) as home:
        with home.ledger.read() as connection:
            left = connection.execute(query).all()
        assert of_all(home.ledger).holds
    newest = [day_of(night) for night in range(NIGHTS - desk.AFTER + 1, NIGHTS + 1)]
    assert done > 0
    assert {kind for kind, _ in left} == {"hold", "denial"}
    assert {since for _, since in left} == {day.isoformat() for day in newest}
