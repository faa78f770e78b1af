"""`cleanclaim credits`: money that is another's, by when it is to be back, and what suspends that."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.act_options import Act, AnyAct, ClaimArgument, act_command, money_act
from console.answer import ALL_DONE, DONE_WITH_HOLDS, console, leave, print_json, table, visible
from console.chosen import Chosen, PayerOption, PracticeOption, next_after, show_more
from console.days import looked_at
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from console.private_file import hand_out
from tasks.credits.clock import OVERDUE, Clock
from tasks.credits.standing import Timed, timed
from tasks.home.home import open_home
from tasks.operations import claim_money, medicare_credits, time_credits, unclaimed_property
from tasks.operations.time_credits import Retimed

app = typer.Typer(help="Money that is another's: by when it is to be back.", no_args_is_help=True)

DAY = ["%Y-%m-%d"]
COLUMNS = (
    *("id", "claim", "practice", "whose", "amount", "days old"),
    *("identified on", "back by", "state", "next"),
)


@app.command("list")
def list_credits(
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Lists credits: overdue ones first, Medicare's and Medicaid's before others; then by their last day."""
    with open_home(load(home, inbox=inbox)) as opened:
        day = looked_at(opened)
        chosen = Chosen(payer=payer, practice=practice, partners=opened.partners)
        found = chosen.of(
            timed(opened, day), payer=lambda one: one.credit.payer, practice=lambda one: one.credit.practice
        )
    behind = next((n for n, one in enumerate(found, 1) if one.credit.item == after), 0 if not after else None)
    shown = found[behind : behind + limit] if behind is not None else []
    more = next_after(shown, limit, lambda one: one.credit.item)
    if json:
        print_json({"as_of": str(day), "credits": [_facts(one) for one in shown], "next_after": more})
    else:
        table(
            f"Credits on {day}{chosen.words}",
            COLUMNS,
            [
                (
                    one.credit.item,
                    one.credit.patient_control_number,
                    one.credit.practice,
                    one.credit.payer or "the patient",
                    dollars(one.credit.cents),
                    (day - datetime.fromisoformat(one.credit.since_on).date()).days,
                    _identified(one.clock),
                    one.clock.due_on or "",
                    _state(one.clock),
                    one.clock.action,
                )
                for one in shown
            ],
            right=("id", "amount", "days old"),
        )
        show_more(more)
    leave(DONE_WITH_HOLDS if any(one.clock.state == OVERDUE for one in found) else ALL_DONE)


@app.command("medicare")
def medicare(
    practice: Annotated[str, typer.Option("--practice", help="The practice, by its key.")],
    quarter: Annotated[str, typer.Argument(metavar="QUARTER", help="Like 2026-Q4.")],
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Writes an institution's Medicare credits at a quarter's end: the columns of CMS-838's detail page.

    It names patients: only its owner may read the file. The figures of the certification page are printed.
    """
    with open_home(load(home, inbox=inbox)) as opened:
        made = medicare_credits.report(opened, looked_at(opened), practice, quarter)
    facts: dict[str, object] = {
        "quarter_end": str(made.quarter_end),
        "credits": made.credits,
        "cents": made.cents,
        "repaid_cents": made.repaid_cents,
        "outstanding_cents": made.outstanding_cents,
    }
    what = (
        f"{counted(made.credits, 'Medicare credit')} on {made.quarter_end}, {dollars(made.cents)}, of which "
        f"{dollars(made.outstanding_cents)} is outstanding"
    )
    hand_out(out, made.data, what, facts, json=json)


def _identified(clock: Clock) -> str:
    return f"{clock.identified_on}{'' if clock.said else ' (its first day)'}"


def _state(clock: Clock) -> str:
    until = f" until {clock.suspension.until_on}" if clock.suspension is not None else ""
    return f"{clock.state.replace('_', ' ')}{until}"


def _facts(one: Timed) -> dict[str, object]:
    of, clock = one.credit, one.clock
    held = clock.suspension
    return {
        "id": of.item,
        "claim_id": of.claim_id,
        "patient_control_number": of.patient_control_number,
        "external_id": of.external_id,
        "practice": of.practice,
        "payer": of.payer,
        "cents": of.cents,
        "since_on": of.since_on,
        "received_on": of.received_on,
        "rule": clock.kind,
        "identified_on": str(clock.identified_on),
        "identified_by_person": clock.said,
        "due_on": str(clock.due_on or ""),
        "suspended_until_on": str(held.until_on) if held is not None else "",
        "state": clock.state,
        "action": clock.action,
    }


def _shown(done: Retimed, json: bool) -> None:
    if json:
        print_json({"what": done.what, "dry_run": done.dry_run, "credit": _facts(done.timed)})
        return
    clock = done.timed.clock
    due = f"to be back by {clock.due_on}" if clock.due_on else "no deadline is known"
    console.print(visible(f"{'dry run: ' if done.dry_run else ''}{done.what}; {due} ({_state(clock)})"))


@money_act(app, "offset")
def offset(
    number: ClaimArgument,
    payer: Annotated[str, typer.Option("--payer", help="The payer, by its key.")],
) -> Act:
    """What a payer took back of a claim itself settles the credit that it has there: nothing is paid."""
    return lambda h, day, by, dry: claim_money.offset(h, day, by, number, payer, dry_run=dry)


@act_command(app, "identify", _shown)
def identify(
    number: ClaimArgument,
    on: Annotated[datetime, typer.Option("--on", formats=DAY, help="The day on which it was identified.")],
    payer: Annotated[str, typer.Option("--payer", help="The payer, by its key.")],
) -> AnyAct[Retimed]:
    """A payer's credit was identified on a day: its deadline counts from it, not from its first day here."""
    day = on.date()
    return lambda h, today, by, dry: time_credits.identify(h, today, by, number, payer, day, dry_run=dry)


@act_command(app, "contact", _shown)
def contact(
    number: ClaimArgument,
    on: Annotated[datetime, typer.Option("--on", formats=DAY, help="The day of the contact.")],
) -> AnyAct[Retimed]:
    """The owner of a patient's credit was in contact: it is unclaimed property so much later."""
    day = on.date()
    return lambda h, today, by, dry: time_credits.contact(h, today, by, number, day, dry_run=dry)


@app.command("unclaimed")
def unclaimed(
    until: Annotated[datetime, typer.Option("--until", formats=DAY, help="To be reported by then.")],
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    practice: PracticeOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Writes the patients' credits that states are to be reported by a day, for the holder's reports.

    It names patients: only its owner may read the file.
    """
    with open_home(load(home, inbox=inbox)) as opened:
        day = looked_at(opened)
        chosen = Chosen(practice=practice, partners=opened.partners)
        found = chosen.of(timed(opened, day), practice=lambda one: one.credit.practice)
        report = unclaimed_property.report(opened, day, found, until.date())
    facts: dict[str, object] = {
        "credits": report.credits,
        "cents": report.cents,
        "not_known": report.not_known,
    }
    what = f"{counted(report.credits, 'credit')} of {dollars(report.cents)}"
    if report.not_known:
        what += f"; {counted(report.not_known, 'credit')} of states that are not known here left out"
    hand_out(out, report.data, what, facts, json=json)


@act_command(app, "suspend", _shown)
def suspend(
    number: ClaimArgument,
    payer: Annotated[str, typer.Option("--payer", help="The payer, by its key.")],
    from_: Annotated[datetime, typer.Option("--from", formats=DAY, help="When the investigation began.")],
    until: Annotated[datetime, typer.Option("--until", formats=DAY, help="When it ends at the latest.")],
) -> AnyAct[Retimed]:
    """An investigation suspends the deadline of Medicare's or Medicaid's credit: 180 days at most.

    --why documents it: what is looked into, by whom, and where its file is.
    """
    first, last = from_.date(), until.date()
    return lambda h, today, by, dry: time_credits.suspend(
        h, today, by, number, payer, first, last, dry_run=dry
    )


@act_command(app, "resume", _shown)
def resume(
    number: ClaimArgument,
    payer: Annotated[str, typer.Option("--payer", help="The payer, by its key.")],
    on: Annotated[datetime, typer.Option("--on", formats=DAY, help="The day on which it ended.")],
) -> AnyAct[Retimed]:
    """The investigation of a credit ended: its deadline counts on."""
    day = on.date()
    return lambda h, today, by, dry: time_credits.resume(h, today, by, number, payer, day, dry_run=dry)
