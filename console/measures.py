"""`cleanclaim measures`: each measure with its fraction, and the claims that it counts."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from config.settings import load
from console.answer import ALL_DONE, console, dollars, leave, print_json, table
from console.chosen import PayerOption, PracticeOption, show_more
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from console.periods import FromOption, ToOption, asked, period_of
from tasks.home.home import open_home
from tasks.measures import measured
from tasks.measures.formulas import Counts, Unit, in_words
from tasks.measures.measured import Measured

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
                shown(one.value, one.formula.unit),
                counted(one.numerator, one.formula.counts),
                counted(one.denominator, one.formula.of),
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
    console.print(f"{one.formula.title}, {of.since} to {of.until}: {shown(one.value, one.formula.unit)}")
    console.print(one.formula.sentence)
    console.print(f"{counted(one.numerator, one.formula.counts)}: {one.formula.numerator}")
    console.print(f"{counted(one.denominator, one.formula.of)}: {one.formula.denominator}")
    table(
        f"Claims ({one.claims})",
        ("id", "number", "encounter", "practice", "payer", "service", "counted", "of"),
        [
            (
                *(row.claim_id, row.patient_control_number, row.external_id, row.practice, row.payer),
                row.service_from_on,
                counted(row.numerator, one.formula.counts),
                counted(row.denominator, one.formula.of),
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


def shown(value: float | None, unit: Unit) -> str:
    """A measure's value for people; "-" where there is nothing to divide by."""
    if value is None:
        return "-"
    if unit == "rate":
        return f"{100 * value:.1f} %"
    return f"{value:.1f} days" if unit == "days" else f"{value:.2f}"


def counted(number: int, counts: Counts) -> str:
    """What stands above or below the line, for people."""
    return dollars(number) if counts == "cents" else in_words(number, counts)
