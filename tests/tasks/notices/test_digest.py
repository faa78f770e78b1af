"""The morning's digest: once a day to each person, in counts and dollars, in the home's zone."""

import json
from datetime import UTC, date, datetime, timedelta

from config.settings import load
from ledger.queries import notices as notice_queries
from ledger.runs import alerts, nights
from tasks.nightly_run import walk
from tasks.notices import digest, going_out
from tests.conftest import MONDAY
from tests.tasks.notices.servers import mail_server, web_server
from tests.tasks.notices.test_going_out import ANN, CANARIES, tells

AT_SEVEN = "0 7 * * 1-5"
TUESDAY_NOON = datetime(2026, 11, 17, 17, tzinfo=UTC)


def night(home):
    """A night that sends one claim to a folder."""
    home.use_folder()
    home.drop("lakeside/one.json", home.encounter())
    home.drop("lakeside/Zephyrine.json", "{")
    with home.opened() as opened:
        nights.open_night(opened.ledger, MONDAY.isoformat())
        walk(opened, MONDAY)
        nights.close_night(opened.ledger, MONDAY.isoformat(), "failed", " ".join(CANARIES))


def test_the_digest_says_the_night_in_counts_and_dollars_once_a_day(home):
    with mail_server() as mail, web_server() as web:
        tells(home, mail=mail, web=web, people=(ANN,), digests=AT_SEVEN)
        night(home)
        with home.opened() as opened:
            early = TUESDAY_NOON.replace(hour=11, minute=59)
            assert going_out.go_out(opened, early).sent == 2, "the alert of the night that failed"
            for _ in range(2):
                going_out.go_out(opened, TUESDAY_NOON)
        [_, found] = mail.to(ANN)
        text = found.get_content()
        assert found["Subject"] == (
            "[CleanClaim] morning of 2026-11-17: last night FAILED; what was done stays done"
        )
        for words in (
            "went out: 1 claim in 1 batch, $135.00 newly charged",
            "files quarantined: 1",
            "NGT-FAILED, 1 times: A nightly run failed",
            "urgent: 1",
            "nightly: 2026-11-17 20:00 EST",
        ):
            assert words in text
        posted = [json.loads(body) for *_, body in web.taken]
        assert posted[1]["digest"]["night"]["charged_cents"] == 135_00
        assert [c for c in CANARIES if c in mail.bytes or c in json.dumps(posted)] == []


def test_a_digest_that_was_not_taken_goes_again_that_day_and_is_over_the_next(home):
    with mail_server(refuses={ANN}) as mail:
        tells(home, mail=mail, people=(ANN,), digests=AT_SEVEN, extra="notify_severities = []")
        with home.opened() as opened:
            alerts.report(opened.ledger, "k", "2026-11-16", "SRV-04", "it did not start")
            assert going_out.go_out(opened, TUESDAY_NOON).failed
            going_out.go_out(opened, TUESDAY_NOON + timedelta(days=1))
            mail.refuses.clear()
            going_out.go_out(opened, TUESDAY_NOON + timedelta(days=1, hours=1))
            rows = notice_queries.notices(opened.ledger)
    assert [(n.business_on, n.outcome) for n in rows] == [("2026-11-18", "sent"), ("2026-11-17", "over")]
    assert len(mail.to(ANN)) == 1
    assert "No run yet" in mail.to(ANN)[0].get_content()


def test_it_is_due_by_the_homes_zone_on_its_days_also_where_clocks_change(home):
    def due(text, cron=AT_SEVEN):
        tells(home, digests=cron)
        return digest.due(load(home.path), datetime.fromisoformat(text))

    assert due("2026-11-17T11:59+00:00") is None
    assert due("2026-11-17T12:00+00:00") == date(2026, 11, 17)
    assert due("2026-11-18T04:59+00:00") == date(2026, 11, 17), "still Tuesday in New York"
    assert due("2026-11-18T05:01+00:00") is None
    assert due("2026-11-21T18:00+00:00") is None, "a Saturday"
    assert due("2026-03-09T11:00+00:00") == date(2026, 3, 9), "summer time has begun"
    assert due("2026-03-08T12:00+00:00", "30 2 * * *") is None, "that day has no 02:30"
    assert due("2026-11-17T23:00+00:00", "") is None
