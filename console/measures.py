"""`cleanclaim measures`: each measure with its fraction, and the claims that it counts."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from config.settings import load
from console.answer import ALL_DONE, console, leave, print_json, table
from console.chosen import PayerOption, PracticeOption, show_more
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from console.periods import FromOption, ToOption, asked, period_of
from tasks.home.home import open_home
from tasks.measures import measured
from tasks.measures.measured import Measured
from tasks.measures.words import amount, value_of

app = typer.Typer(help="How well claims are filed, collected and worked.", no_args_is_help=True)


@app.command("list")
def list_measures(
    from_: FromOption = None,
    until: ToOption = None,
    practice: PracticeOption = None,
    payer: PayerOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """The measures of a period, each with what is counted and of what. By default of 90 days."""
    with open_home(load(home, inbox=inbox)) as opened:
        of = asked(opened, from_, until, practice, payer)
        found = measured.measures(opened, of)
    if json:
        print_json({**period_of(of), "measures": [_plain(one) for one in found]})
        leave(ALL_DONE)
    table(
        f"Measures, {of.since} to {of.until}",
        ("measure", "name", "value", "counted", "of", "claims"),
        [
            (
                one.formula.title,
                one.formula.name,
                value_of(one.value, one.formula.unit) or "-",
                amount(one.numerator, one.formula.counts),
                amount(one.denominator, one.formula.of),
                one.claims,
            )
            for one in found
        ],
        right=("value", "counted", "of", "claims"),
    )
    console.print("The claims of one, with its formula: cleanclaim measures show NAME")
    leave(ALL_DONE)


@app.command("show")
def show_measure(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As the list shows it.")],
    only: Annotated[
        str,
        typer.Option(
            "--only",
            help="Only claims that count in this part: numerator or denominator.",
            show_default=False,
        ),
    ] = "",
    from_: FromOption = None,
    until: ToOption = None,
    practice: PracticeOption = None,
    payer: PayerOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """One measure in words, and the claims that it counts, by their id: they add up to it."""
    with open_home(load(home, inbox=inbox)) as opened:
        of = asked(opened, from_, until, practice, payer)
        found = measured.listed(opened, name, of, part=only, after=after, limit=limit)
    one, page = found.measured, found.page
    if json:
        claims = [asdict(row) for row in page.claims]
        print_json({**period_of(of), **_plain(one), "only": only, "rows": claims, "next_after": page.next})
        leave(ALL_DONE)
    value = value_of(one.value, one.formula.unit) or "-"
    console.print(f"{one.formula.title}, {of.since} to {of.until}: {value}")
    console.print(one.formula.sentence)
    console.print(f"{amount(one.numerator, one.formula.counts)}: {one.formula.numerator}")
    console.print(f"{amount(one.denominator, one.formula.of)}: {one.formula.denominator}")
    table(
        f"Claims ({one.claims:,})",
        ("id", "number", "encounter", "practice", "payer", "service", "counted", "of"),
        [
            (
                *(row.claim_id, row.patient_control_number, row.external_id, row.practice, row.payer),
                row.service_from_on,
                amount(row.numerator, one.formula.counts),
                amount(row.denominator, one.formula.of),
            )
            for row in page.claims
        ],
        right=("id", "counted", "of"),
    )
    show_more(page.next)
    leave(ALL_DONE)


def _plain(one: Measured) -> dict[str, Any]:
    formula = one.formula
    return {
        "name": formula.name,
        "title": formula.title,
        "formula": formula.sentence,
        "value": one.value,
        "unit": formula.unit,
        "better": formula.better,
        "numerator": {"is": formula.numerator, "counts": formula.counts, "sum": one.numerator},
        "denominator": {"is": formula.denominator, "counts": formula.of, "sum": one.denominator},
        "claims": one.claims,
    }
