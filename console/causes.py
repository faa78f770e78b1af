"""`cleanclaim causes`: why claims are denied and rejected, and an edit made from a pattern of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

import typer

from coding.denied_lines import in_words
from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, console, leave, print_json, table, visible
from console.chosen import PayerOption, PracticeOption, page_of, show_more
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from console.periods import FromOption, ToOption, asked, period_of
from tasks.home.home import Home, open_home
from tasks.measures.causes import BY, Cause, Sum, cause, causes, claims_of, sums
from tasks.measures.tried import Tried
from tasks.measures.words import named, percent
from tasks.operations.make_payer_edit import Made, make_payer_edit
from tasks.operations.money_acts import By
from tasks.operations.replay_claims import Score, ranked, replay

app = typer.Typer(help="Why claims are denied and rejected, and what would prevent it.", no_args_is_help=True)

CauseArgument = Annotated[str, typer.Argument(metavar="ID", help="As the list shows it.")]


@app.command("list")
def list_causes(
    from_: FromOption = None,
    until: ToOption = None,
    by_: Annotated[str, typer.Option("--by", help=f"cause, {', '.join(BY)}.")] = "cause",
    practice: PracticeOption = None,
    payer: PayerOption = None,
    limit: LimitOption = 50,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Denials and rejections of a period by cause, the most dollars first, each with its share of all."""
    with open_home(load(home, inbox=inbox)) as opened:
        of = asked(opened, from_, until, practice, payer)
        found = causes(opened, of)
    total = {"count": sum(one.count for one in found), "cents": sum(one.cents for one in found)}
    if by_ != "cause":
        grouped = sums(found, by_)
        if json:
            print_json(
                {**period_of(of), **total, "by": by_, "sums": [asdict(one) for one in grouped[:limit]]}
            )
        else:
            _show_sums(by_, grouped[:limit])
            _show_all(total, grouped[limit:])
        leave(ALL_DONE)
    if json:
        print_json({**period_of(of), **total, "by": by_, "causes": [plain(one) for one in found[:limit]]})
    else:
        _show_causes(f"Causes, {of.since} to {of.until}", found[:limit])
        _show_all(total, found[limit:])
        console.print("The claims of one: cleanclaim causes show ID. An edit of it: causes edit ID --dry-run")
    leave(ALL_DONE)


def _show_all(total: Mapping[str, int], beyond: Sequence[Cause | Sum]) -> None:
    """What the whole period comes to, and what of it `--limit` leaves unsaid."""
    console.print(f"All of the period: {counted(total['count'], 'line')}, {dollars(total['cents'])}")
    if beyond:
        lines, cents = sum(one.count for one in beyond), sum(one.cents for one in beyond)
        console.print(
            f"{len(beyond):,} more: {counted(lines, 'line')}, {dollars(cents)}; a larger --limit has them"
        )


def _show_sums(by_: str, found: list[Sum]) -> None:
    table(
        f"Denials and rejections by {by_}",
        (by_, "lines", "claims", "amount", "share", "all so far"),
        [
            (one.name or "none", one.count, one.claims, dollars(one.cents), percent(one.share),
             percent(one.cumulative))
            for one in found
        ],
        right=("lines", "claims", "amount", "share", "all so far"),
    )  # fmt: skip


def _show_causes(title: str, found: list[Cause]) -> None:
    table(
        title,
        ("id", "what", "lines", "amount", "all so far", "of answered", "first, last", "edit"),
        [
            (
                *(one.id, f"{named(one)}: {one.words}", one.count, dollars(one.cents)),
                percent(one.cumulative),
                f"{one.count} of {one.lines}" if one.lines else "",
                f"{one.first_on} {one.last_on}",
                " ".join(one.heads_off),
            )
            for one in found
        ],
        right=("lines", "amount", "all so far"),
    )


@app.command("show")
def show_cause(
    name: CauseArgument,
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
    """One cause: its claims, its months, and what today's edits would have spared of it."""
    with open_home(load(home, inbox=inbox)) as opened:
        of = asked(opened, from_, until, practice, payer)
        one = cause(opened, of, name)
        would = _would_have_spared(opened, one)
    shown, more = page_of(claims_of(one), lambda row: row.claim_id, after=after, limit=limit)
    if json:
        spared = [asdict(score) for score in would]
        print_json(
            {**period_of(of), **plain(one), "spared_by": spared, "rows": [asdict(row) for row in shown],
             "next_after": more}
        )  # fmt: skip
        leave(ALL_DONE)
    console.print(visible(f"{named(one)}: {one.words}"))
    table(
        "By month",
        ("month", "lines", "amount"),
        [(month.month, month.count, dollars(month.cents)) for month in one.months],
        right=("lines", "amount"),
    )
    table(
        "Edits of today that would have held them",
        ("edit", "claims held", "denials spared", "amount"),
        [(score.edit_id, score.stopped, score.denials, dollars(score.cents)) for score in would],
        right=("claims held", "denials spared", "amount"),
    )
    table(
        f"Claims ({one.claims}, {dollars(one.cents)})",
        ("id", "number", "encounter", "practice", "payer", "lines", "amount", "on"),
        [
            (row.claim_id, row.patient_control_number, row.external_id, row.practice, row.payer,
             " ".join(map(str, row.lines)), dollars(row.cents), row.on)
            for row in shown
        ],
        right=("id", "amount"),
    )  # fmt: skip
    show_more(more)
    leave(ALL_DONE)


def _would_have_spared(opened: Home, one: Cause) -> list[Score]:
    """What today's edits would have spared of a cause's claims, from their kept encounters."""
    ids = {each.billed.claim_id for each in one.refused}
    found = replay(opened, date.min, claims=ids)
    return [score for score in ranked(found.edits.values()) if score.denials]


def _show_made(done: Made, json: bool) -> None:
    if json:
        rates = {"rightly": done.tried.rightly, "wrongly": done.tried.wrongly}
        print_json({**asdict(done), "tried": {**asdict(done.tried), **rates}})
        return
    rule = done.edit.rule
    dry = "dry run: " if done.dry_run else ""
    console.print(visible(f"{dry}PAY-01 rule {rule.name}, {rule.code}: {in_words(rule.facts)}"))
    console.print(f"services {rule.since} to {rule.until}, in {', '.join(done.files)}")
    _show_tried(done.tried)


@act_command(app, "edit", _show_made)
def edit_of_cause(
    name: CauseArgument,
    until_on: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            formats=["%Y-%m-%d"],
            help="Its last day of service. Default: a year.",
            show_default=False,
        ),
    ] = None,
    from_: FromOption = None,
    until: ToOption = None,
) -> AnyAct[Made]:
    """Make an edit of a cause: a rule in its payers' files. A dry run says what it would have held."""
    last = until_on.date() if until_on else None

    def act(opened: Home, day: date, signed: By, dry_run: bool) -> Made:
        of = asked(opened, from_, until, None, None)
        return make_payer_edit(opened, day, signed, name, of, last, dry_run=dry_run)

    return act


def _show_tried(would: Tried) -> None:
    rightly, wrongly = percent(would.rightly) or "-", percent(would.wrongly) or "-"
    spared = dollars(would.cents)
    console.print(f"of {would.such} claims denied so it would have held {would.held} ({rightly}), {spared}")
    console.print(f"of {would.clean} clean claims it would have held {would.clean_held} ({wrongly})")
    console.print(f"of claims denied otherwise it would have held {would.others_held}")


def plain(one: Cause) -> dict[str, Any]:
    """A cause for a program, without its claims."""
    return {
        "id": one.id,
        "kind": one.kind,
        "code": one.code,
        "words": one.words,
        "facts": dict(one.facts),
        "pattern": one.lines is not None,
        "count": one.count,
        "claims": one.claims,
        "cents": one.cents,
        "share": one.share,
        "cumulative": one.cumulative,
        "answered_lines": one.lines,
        "rate_elsewhere": one.elsewhere,
        "first_on": one.first_on,
        "last_on": one.last_on,
        "months": [asdict(month) for month in one.months],
        "heads_off": list(one.heads_off),
    }
