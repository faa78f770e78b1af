"""`cleanclaim batches`: what was sent, what is known of it, and what may be pressed."""

from dataclasses import asdict

import typer

from config.settings import load
from console.answer import ALL_DONE, dollars, leave, print_json, table
from console.batch_acts import abandon, mailed, release, rerun_batch, resend_batch
from console.batch_show import show_batch
from console.chosen import Chosen, PayerOption, PracticeOption
from console.options import HomeOption, InboxOption, JsonOption
from ledger.queries.batches import NOBODY, all_batches, travelling
from tasks.home.home import open_home

app = typer.Typer(
    help="What was sent, and what is known of it: list, show, rerun, resend, release, abandon, mailed.",
    no_args_is_help=True,
)


@app.command("list")
def list_batches(
    payer: PayerOption = None,
    practice: PracticeOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Every batch with its state."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        travels = travelling(opened.ledger) if payer or practice else {}
        chosen = Chosen(payer=payer, practice=practice, partners=opened.partners)
        found = chosen.of(
            all_batches(opened.ledger),
            payer=lambda b: travels.get(b.id, NOBODY).payers,
            practice=lambda b: travels.get(b.id, NOBODY).practices,
        )
    if json:
        print_json({"batches": [{**asdict(b), "isa13": f"{b.isa13:09d}"} for b in found]})
    else:
        table(
            f"Batches{chosen.words}",
            ("id", "night", "clearinghouse", "interchange", "claims", "charged", "state", "held because"),
            [
                (
                    b.id,
                    b.business_on,
                    b.clearinghouse,
                    f"{b.isa13:09d}",
                    b.claims,
                    dollars(b.charge_cents),
                    b.words,
                    b.hold,
                )
                for b in found
            ],
            right=("id", "claims", "charged"),
        )
    leave(ALL_DONE)


app.command("show")(show_batch)
app.command("rerun")(rerun_batch)
app.command("resend")(resend_batch)
app.command("release")(release)
app.command("abandon")(abandon)
app.command("mailed")(mailed)
