"""`cleanclaim quarantine`: what could not be taken in, with the reason."""

from dataclasses import asdict

from config.settings import load
from console.answer import ALL_DONE, DONE_WITH_HOLDS, console, dollars, leave, print_json, table
from console.options import HomeOption, InboxOption, JsonOption
from ledger.queries.money import money, remittances
from ledger.queries.night import problems
from tasks.home import open_home


def quarantine(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Files that could not be read, remittances that were not posted, money without a claim."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        found = problems(opened.ledger)
        waiting = remittances(opened.ledger, unposted=True)
        suspense = money(opened.ledger).suspense
    if json:
        print_json(
            {
                "files": [asdict(p) for p in found],
                "remittances": [asdict(r) for r in waiting],
                "suspense_cents": suspense,
            }
        )
    else:
        table(
            "Not taken, or not whole",
            ("night", "from", "file", "code", "place", "what is wrong", "remedy"),
            [
                (p.night, p.origin, p.name.replace("\n", "\\x0a"), p.code, p.place, p.message, p.remedy)
                for p in found
            ],
        )
        if waiting:
            table(
                "Remittances not posted",
                ("night", "trace", "payer", "payee", "paid", "why", "out by"),
                [
                    (
                        r.night,
                        r.trace,
                        r.payer,
                        r.payee,
                        dollars(r.amount),
                        r.state.replace("_", " "),
                        dollars(r.difference),
                    )
                    for r in waiting
                ],
                right=("paid", "out by"),
            )
        if suspense:
            console.print(f"In suspense, paid for claims that were not found: {dollars(suspense)}")
    leave(DONE_WITH_HOLDS if found or waiting or suspense else ALL_DONE)
