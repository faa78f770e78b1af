"""`cleanclaim risk-adjustment`: condition categories of patients, what supports each, and what does not."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from coding.codes.shown import dotted
from coding.risk_evidence import Condition, Evidence, Standing
from config.settings import load
from console.answer import ALL_DONE, DONE_WITH_HOLDS, console, leave, print_json, table, visible
from console.chosen import Chosen, PayerOption, PracticeOption, page_of, show_more
from console.days import looked_at
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from tasks.home.home import open_home
from tasks.operations.look_at_conditions import Asked, Found, Patient, look, look_at

app = typer.Typer(help="Condition categories (CMS-HCC) of patients: list, show.", no_args_is_help=True)

YearOption = Annotated[
    int | None,
    typer.Option("--year", min=2015, max=2100, help="The year of the services. Default: this year."),
]
ModelOption = Annotated[
    str, typer.Option("--model", help="V28, V24 or V22. Default: the newest one that is loaded.")
]
ProviderOption = Annotated[
    str, typer.Option("--provider", help="Only patients whom this NPI saw in the year or the one before.")
]
NO_SUGGESTION = (
    "What was documented last year is no reason to code it: only what a provider finds and documents at a "
    "visit is coded."
)


@app.command("list")
def list_patients(
    year: YearOption = None,
    model: ModelOption = "",
    practice: PracticeOption = None,
    payer: PayerOption = None,
    provider: ProviderOption = "",
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Patients with condition categories: how many are supported, reported without support, or gone.

    A condition below another one of the year is not counted. Every look is on the audit trail.
    """
    with open_home(load(home, inbox=inbox)) as opened:
        day = looked_at(opened)
        chosen = Chosen(practice=practice, payer=payer, partners=opened.partners)
        payer_key, practice_key = chosen.keys()
        asked = Asked(
            year=year or day.year,
            model=model,
            practice=practice_key or "",
            provider=provider,
            payer=payer_key or "",
        )
        found = look(opened, day, asked)
    shown, more = page_of(found.patients, lambda one: one.number, after=after, limit=limit)
    waits = any(one.unsupported for one in found.patients)
    if json:
        print_json({**_facts(found), "patients": [_counts(one) for one in shown], "next_after": more})
        leave(DONE_WITH_HOLDS if waits else ALL_DONE)
    table(
        f"Condition categories of {found.year}, {_by(found)}{chosen.words}",
        ("patient", "practice", "claim", "reported, not supported", "supported", "unchecked",
         f"{found.year - 1} only"),
        [
            (one.number, one.practice, one.claim, one.unsupported or "", one.counted(Standing.SUPPORTED),
             one.counted(Standing.UNCHECKED) or "", one.counted(Standing.LAST_YEAR) or "")
            for one in shown
        ],
        right=("patient", "reported, not supported", "supported", "unchecked", f"{found.year - 1} only"),
    )  # fmt: skip
    _end(found)
    show_more(more)
    leave(DONE_WITH_HOLDS if waits else ALL_DONE)


@app.command("show")
def show(
    patient: Annotated[
        str, typer.Argument(metavar="PATIENT", help="The number of a claim of the patient, or as listed.")
    ],
    year: YearOption = None,
    model: ModelOption = "",
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """One patient: each condition with its claims, days, providers and documents.

    What was reported and is not supported comes first: taking it back is work. Every look is on the audit
    trail.
    """
    with open_home(load(home, inbox=inbox)) as opened:
        day = looked_at(opened)
        found = look_at(opened, day, patient, Asked(year=year or day.year, model=model))
    conditions = [one for person in found.patients for one in person.conditions]
    waits = any(one.unsupported for one in conditions)
    if json:
        print_json({**_facts(found), "conditions": [_whole(one) for one in conditions]})
        leave(DONE_WITH_HOLDS if waits else ALL_DONE)
    console.print(visible(f"Condition categories of {found.year}, {_by(found)}"))
    _table(
        "Reported and not supported: to be taken back, or the document completed",
        [(one, e) for one in conditions for e in one.unsupported],
    )
    now = (Standing.SUPPORTED, Standing.UNCHECKED)
    _table(
        f"Conditions of {found.year}",
        [(one, e) for one in conditions if one.standing in now for e in one.evidence],
    )
    _table(
        f"Documented in {found.year - 1} and not in {found.year}",
        [(one, e) for one in conditions if one.standing is Standing.LAST_YEAR for e in one.last_year],
    )
    if any(one.standing is Standing.LAST_YEAR for one in conditions):
        console.print(NO_SUGGESTION)
    _end(found)
    leave(DONE_WITH_HOLDS if waits else ALL_DONE)


def _table(title: str, rows: Sequence[tuple[Condition, Evidence]]) -> None:
    table(
        title,
        ("HCC", "name", "below", "diagnosis", "day", "claim", "reported", "provider", "document", "evidence"),
        [
            (one.category, one.label, one.below or "", dotted(e.diagnosis), e.service_on, e.claim,
             "yes" if e.reported else "not yet", e.provider, f"{e.document} version {e.document_version}",
             f"{e.verdict}: {e.why}")
            for one, e in rows
        ],
        right=("HCC", "below"),
    )  # fmt: skip


def _by(found: Found) -> str:
    return f"{found.model} ({found.release or 'not loaded'})"


def _end(found: Found) -> None:
    for said in found.missing:
        console.print(visible(said))


def _facts(found: Found) -> dict[str, object]:
    return {"model": found.model, "release": found.release, "year": found.year, "missing": found.missing}


def _counts(one: Patient) -> dict[str, object]:
    return {
        "patient": one.number,
        "practice": one.practice,
        "claim": one.claim,
        "not_supported": one.unsupported,
        "supported": one.counted(Standing.SUPPORTED),
        "unchecked": one.counted(Standing.UNCHECKED),
        "last_year_only": one.counted(Standing.LAST_YEAR),
    }


def _whole(one: Condition) -> dict[str, object]:
    return {**asdict(one), "unsupported": [asdict(e) for e in one.unsupported]}
