"""`cleanclaim batches`: what was sent, what is known of it, and what may be pressed."""

from dataclasses import asdict

import typer

from config.dollars import dollars
from config.settings import load
from console.answer import ALL_DONE, leave, print_json, table
from console.batch_acts import abandon, mailed, release, rerun_batch, resend_batch
from console.batch_show import show_batch
from console.chosen import Chosen, PayerOption, PracticeOption, next_after, show_more
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.queries.batches import BATCHES
from tasks.home.home import open_home

app = typer.Typer(
    help="What was sent, and what is known of it: list, show, rerun, resend, release, abandon, mailed.",
    no_args_is_help=True,
)


@app.command("list")
def list_batches(
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Batches with their state, the newest first."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        chosen = Chosen(payer=payer, practice=practice, partners=opened.partners)
        found = BATCHES.read(opened.ledger, chosen.page(opened.ledger, BATCHES, after=after, limit=limit))
    more = next_after(found, limit, lambda b: b.id)
    if json:
        rows = [{**asdict(b), "isa13": f"{b.isa13:09d}"} for b in found]
        print_json({"batches": rows, "next_after": more})
    else:
        table(
            f"Batches{chosen.words}",
            (
                *("id", "business date", "clearinghouse", "interchange", "what is in it", "charged", "state"),
                "held because",
            ),
            [
                (
                    b.id,
                    b.business_on,
                    b.clearinghouse,
                    f"{b.isa13:09d}",
                    b.counted(b.claims),
                    dollars(b.charge_cents),
                    b.words,
                    b.hold,
                )
                for b in found
            ],
            right=("id", "charged"),
        )
        show_more(more)
    leave(ALL_DONE)


app.command("show")(show_batch)
app.command("rerun")(rerun_batch)
app.command("resend")(resend_batch)
app.command("release")(release)
app.command("abandon")(abandon)
app.command("mailed")(mailed)
