"""What the demo says at its end: what happened to the money, where files lie, what comes next."""

import shutil
import sys

from config.counted import counted
from config.dollars import dollars
from console.answer import console, table, visible
from console.days import looked_at
from console.denials import reason
from ledger.queries.claims import holds, rejections
from ledger.queries.money import money
from ledger.queries.work import Wanted, alerts, at_stake, denials
from tasks.home.home import Home

MOST = 10  # denials shown


def program() -> str:
    """The command as this person can type it: by its name where that is found, else by its path."""
    return "cleanclaim" if shutil.which("cleanclaim") else visible(sys.argv[0])


def show_money_and_next(home: Home) -> None:
    """The end of the demo: money, and what to do next."""
    found = money(home.ledger)
    queued, _ = at_stake(home.ledger)
    _, owed = at_stake(home.ledger, Wanted(owed=True))
    table(
        "What a biller does next: denials, most urgent first",
        ("encounter", "payer", "reason", "at stake", "days left", "owner", "next"),
        [
            (d.external_id, d.payer, reason(d), dollars(d.cents), d.days_left, d.owner, d.action)
            for d in denials(home.ledger, looked_at(home), limit=MOST)
        ],
        right=("at stake", "days left"),
    )
    if queued > MOST:
        console.print(f"... and {queued - MOST} more: cleanclaim denials list")
    held = {h.external_id for h in holds(home.ledger)}
    refused = rejections(home.ledger)
    console.print(
        f"\n[bold]The money[/bold]: {dollars(found.charged)} were charged. Payers paid "
        f"{dollars(found.applied)} on claims and patients {dollars(found.from_patients)} at the desk, "
        f"{dollars(found.adjusted)} were written off by contract, "
        f"{dollars(found.receivable_payers)} are still owed by payers "
        f"({dollars(owed)} of it denied or paid short) and "
        f"{dollars(found.receivable_patients)} by patients; {dollars(found.held)} of what was paid "
        f"is more than is owed. {dollars(found.cash)} came in from payers, "
        f"of which {dollars(found.suspense)} belong to no claim that was sent from here, and "
        f"{dollars(abs(found.provider_level))} were {'kept back' if found.provider_level > 0 else 'added'} "
        f"at provider level. All postings sum to {dollars(found.postings_sum)}."
    )
    console.print(
        f"[bold]Coders[/bold]: {counted(len(held), 'encounter')} on hold. "
        f"[bold]Billers[/bold]: {counted(len(refused), 'claim')} rejected before adjudication, "
        f"{counted(queued, 'denial')} queued. "
        f"[bold]Everyone[/bold]: {counted(len(alerts(home.ledger)), 'open alert')}."
    )
    console.print(
        f"""
[bold]Where things lie[/bold]
  files sent      {visible(str(home.sent))}
  files received  {visible(str(home.received))}
  reports         {visible(str(home.reports))}
  log             {visible(str(home.path / "logs" / "cleanclaim.log"))}
  the partner     {visible(str(home.path / "clearinghouse"))}

[bold]Go on[/bold]
  {program()} work --home {visible(str(home.path))}         everything that waits, by what it is worth
  {program()} work next --home {visible(str(home.path))}    what to do first, and how
  {program()} holds --home {visible(str(home.path))}
  {program()} denials list --home {visible(str(home.path))}
  {program()} quarantine --home {visible(str(home.path))}
  {program()} run --home {visible(str(home.path))}          the next night

The same in a browser: it prints a code, with which you make the first user there
  {program()} console --home {visible(str(home.path))}
""",
        soft_wrap=True,
    )
