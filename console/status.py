"""`cleanclaim status`: how the last runs went and what is waiting."""

from dataclasses import asdict
from datetime import UTC, datetime

from config.settings import load
from console.alerts import show_alerts
from console.answer import ALL_DONE, DONE_WITH_HOLDS, FAILED, console, leave, print_json, table
from console.options import HomeOption, InboxOption, JsonOption
from console.served import is_served
from console.summary import show_summary
from ledger.queries.batches import stopped
from ledger.queries.night import nights
from ledger.queries.work import alerts
from tasks.batches.sending_hours import waiting
from tasks.home.home import open_home
from tasks.reports.summary import summary
from tasks.runs import schedule


def status(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """How the last night went, what it did, how everything stands, and what waits for a person."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        found = summary(opened)
        missed = schedule.missed(opened, datetime.now(UTC))
        last = nights(opened.ledger, 7)
        open_alerts = alerts(opened.ledger)
        stops = stopped(opened.ledger)
        waits = waiting(opened, datetime.now(UTC))
    if json:
        print_json(
            {
                **found,
                "nights": [asdict(n) for n in last],
                "alerts": [asdict(a) for a in open_alerts],
                "stopped_partners": stops,
                "waiting_partners": [asdict(one) for one in waits],
                "schedule": {
                    "served": is_served(settings),
                    "missed": [{"name": m.name, "due": m.due} for m in missed],
                },
            }
        )
    else:
        show_summary(found)
        if open_alerts:
            show_alerts(open_alerts)
        if stops:
            table("Partners to which nothing is sent", ("partner", "why"), sorted(stops.items()))
        if waits:
            table("Waits for the hours of a partner", ("what",), [(one.says,) for one in waits])
        if missed:
            table("Did not start", ("what", "remedy"), [(m.message, m.remedy) for m in missed])
            console.print(
                "`cleanclaim serve` runs" if is_served(settings) else "`cleanclaim serve` does not run"
            )
    if found["ledger_in_doubt"] or missed or (last and last[0].outcome == "failed"):
        leave(FAILED)
    leave(DONE_WITH_HOLDS if sum(found["work"].values()) else ALL_DONE)
