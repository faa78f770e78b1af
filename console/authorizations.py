"""`cleanclaim authorizations`: what payers authorized beforehand, and what is left of it."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer

from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, console, leave, print_json, table, visible
from console.chosen import payer_key
from console.days import looked_at
from console.options import HomeOption, InboxOption, JsonOption
from ledger.agreed import authorizations
from ledger.agreed.authorizations import AUTHORIZATION, KINDS, REFERRAL, Record, Use
from tasks.claims.authorized import used
from tasks.home.home import Home, open_home
from tasks.operations import authorize
from tasks.operations.authorize import Authorized

app = typer.Typer(
    help="Authorizations and referrals of payers: what they cover, and what is left.", no_args_is_help=True
)

NumberArgument = Annotated[str, typer.Argument(metavar="NUMBER", help="The payer's number.")]
ReferralOption = Annotated[bool, typer.Option("--referral", help="A referral (REF 9F), no authorization.")]
OfPayerOption = Annotated[
    str, typer.Option("--payer", help="The payer, where several have this number.", show_default=False)
]
DAY = ["%Y-%m-%d"]


@app.command("list")
def list_authorizations(
    payer: Annotated[
        str | None, typer.Option("--payer", help="Only of this payer.", show_default=False)
    ] = None,
    member: Annotated[
        str | None, typer.Option("--member", help="Only of this member id.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Those in force or to come, with the units used by claims and left."""
    with open_home(load(home, inbox=inbox)) as opened:
        day = looked_at(opened)
        key = payer_key(opened.partners, payer)
        wanted = authorize.plain(member or "")
        found = [
            one
            for one in authorizations.of(opened.ledger)
            if key in (None, one.payer)
            and wanted in ("", one.member_id)
            and (everything or not one.to_on or one.to_on >= day.isoformat())
        ]
        uses = _uses(opened, found)
    if json:
        print_json({"authorizations": [_plain(one, uses) for one in found]})
        leave(ALL_DONE)
    table(
        "Authorizations and referrals",
        ("kind", "payer", "number", "member", "codes", "from", "to", "units", "used", "left"),
        [
            (r.kind, r.payer, r.number, r.member_id, r.procedures or "any", r.from_on, r.to_on,
             "any" if r.units is None else r.units, f"{used(r, uses):f}", _left(r, uses))
            for r in found
        ],
        right=("units", "used", "left"),
    )  # fmt: skip
    leave(ALL_DONE)


@app.command("show")
def show_authorization(
    number: NumberArgument,
    referral: ReferralOption = False,
    payer: OfPayerOption = "",
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """One with the claims that use it, and all that was said of it."""
    with open_home(load(home, inbox=inbox)) as opened:
        one = authorize.one_of(opened, _kind(referral), number, payer)
        uses = [use for use in _uses(opened, [one]) if use.payer == one.payer]
        said = authorizations.history(opened.ledger, one.kind, one.payer, one.number)
    if json:
        history = [asdict(row) for row in said]
        claims = [asdict(use) for use in uses]
        print_json({"authorization": _plain(one, uses), "claims": claims, "history": history})
        leave(ALL_DONE)
    table(
        f"{one.kind} {one.number} of {one.payer}: {one.words()}",
        ("claim", "encounter", "line", "code", "units", "service", "state"),
        [
            (
                u.patient_control_number,
                u.external_id,
                u.line,
                u.procedure,
                u.units,
                u.service_from_on,
                u.state,
            )
            for u in uses
        ],
        right=("line", "units"),
    )
    console.print(visible(f"{used(one, uses):f} used, {_left(one, uses)} left"))
    table(
        "What was said",
        ("on", "who", "what", "why"),
        [(r.business_on, r.actor, r.words(), r.why) for r in said],
    )
    leave(ALL_DONE)


def shown(done: Authorized, json: bool) -> None:
    """What an act changed."""
    if json:
        print_json(asdict(done))
    elif done.what:
        console.print(visible(f"{'dry run: ' if done.dry_run else ''}{done.what}"))
    else:
        console.print("Nothing to change: that is how it stands.")


@act_command(app, "add", shown)
def add(
    number: NumberArgument,
    payer: Annotated[str, typer.Option("--payer", help="The payer, by its key.")],
    member: Annotated[str, typer.Option("--member", help="The member id, as the card has it.")],
    procedures: Annotated[
        str, typer.Option("--procedures", help="Codes it covers, like 97110,97112. Default: any.")
    ] = "",
    units: Annotated[int | None, typer.Option("--units", help="Units authorized. Default: no limit.")] = None,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="First day of service.")
    ] = None,
    to: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="Last day of service.")] = None,
    referral: ReferralOption = False,
) -> AnyAct[Authorized]:
    """An authorization or referral is taken in; added again, it has the codes, days and units given now."""
    wanted = Record(
        kind=_kind(referral),
        payer=payer,
        number=number,
        member_id=member,
        procedures=procedures,
        units=units,
        from_on=_iso(from_),
        to_on=_iso(to),
    )
    return lambda h, day, by, dry: authorize.add(h, day, by, wanted, dry_run=dry)


@act_command(app, "end", shown)
def end(
    number: NumberArgument,
    on: Annotated[datetime, typer.Option("--on", formats=DAY, help="Its last day of service.")],
    referral: ReferralOption = False,
    payer: OfPayerOption = "",
) -> AnyAct[Authorized]:
    """One covers services until a day and no longer."""
    kind, last = _kind(referral), on.date()
    return lambda h, day, by, dry: authorize.end(
        h, day, by, number, last, kind=kind, payer=payer, dry_run=dry
    )


def _kind(referral: bool) -> str:
    return REFERRAL if referral else AUTHORIZATION


def _iso(day: datetime | date | None) -> str:
    return day.strftime("%Y-%m-%d") if day else ""


def _uses(opened: Home, found: list[Record]) -> list[Use]:
    return [
        use
        for kind in KINDS
        for use in authorizations.uses(opened.ledger, kind, {r.number for r in found if r.kind == kind})
    ]


def _left(one: Record, uses: list[Use]) -> str:
    return "any" if one.units is None else f"{Decimal(one.units) - used(one, uses):f}"


def _plain(one: Record, uses: list[Use]) -> dict[str, Any]:
    left = None if one.units is None else _left(one, uses)
    return {**asdict(one), "used": f"{used(one, uses):f}", "left": left}
