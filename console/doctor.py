"""`cleanclaim doctor`: settings, database, code sets, partners and their host keys."""

import os
import shlex
import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

import typer

import coding
import edi
from coding.codes.status import status
from config.counted import counted
from config.dollars import dollars
from config.errors import ConfigurationError
from config.oidc import lacking, redirect_address
from config.partners import Partners, Payer
from config.placeholders import unfinished
from config.settings import FILE_NAME, Settings, load, require_home
from console.answer import ALL_DONE, FAILED, console, leave, print_json, table
from console.days import today
from console.options import HomeOption, InboxOption, JsonOption
from console.prefect_environment import unsuitable
from console.served import is_served
from flows import dask_scheduler
from ledger.maintenance import packing
from ledger.people import users
from ledger.queries import notices
from ledger.queries.balances import receivables
from tasks.claims.overrides import STRUCTURAL
from tasks.errors import as_step_error
from tasks.home.home import Home, open_home
from tasks.nightly_run import step_named
from tasks.notices.recipients import recipients
from tasks.notices.trying import reachable
from tasks.operations import reach_partner
from tasks.reports.load import load_of
from tasks.runs import schedule
from web import listening

Outcome = Literal["ok", "warning", "failed"]
CROWDED = 0.8  # of what the window carries: more is close to too much
SOON = 30  # days before the end of a payer's switch from which a person is warned


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    what: str
    outcome: Outcome
    says: str


def doctor(
    load_: Annotated[
        bool,
        typer.Option(
            "--load",
            help="Only say how many claims a night this home carries, and the disk of a year.",
        ),
    ] = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Check settings, database, schedule, code sets' age, partners' reachability and host keys."""
    checks = list(_load(home, inbox) if load_ else _checks(home, inbox))
    failed = [c for c in checks if c.outcome == "failed"]
    if json:
        print_json({"ok": not failed, "checks": [asdict(c) for c in checks]})
    else:
        colour = {"ok": "ok", "warning": "look", "failed": "FAILED"}
        table("Doctor", ("what", "", "says"), [(c.what, colour[c.outcome], c.says) for c in checks])
        look = sum(c.outcome == "warning" for c in checks)
        if failed:
            console.print(f"{len(failed)} of {len(checks)} failed")
        else:
            console.print(f"nothing failed; {look} to look at" if look else "all is well")
    leave(FAILED if failed else ALL_DONE)


def _checks(home_path: HomeOption, inbox: InboxOption) -> Iterator[Check]:
    wrong = unsuitable()
    yield Check(
        "versions", "failed" if wrong else "ok", f"SRV-03 {wrong}" if wrong else "Prefect's fit together"
    )
    yield Check("edi", "ok", "compiled" if edi.COMPILED else "pure Python")
    try:
        settings = load(home_path, inbox=inbox)
    except ConfigurationError as error:
        yield Check("settings", "failed", str(error))
        return
    try:
        require_home(settings)
    except ConfigurationError as error:
        yield Check("home", "failed", str(error))
        return
    yield Check("settings", "ok", str(settings.home / FILE_NAME))
    yield _private(settings)
    yield (
        Check("inbox", "ok", str(settings.inbox))
        if settings.inbox.is_dir()
        else Check("inbox", "warning", f"{settings.inbox} is not there; nothing will be picked up")
    )
    try:
        home = open_home(settings)
    except ConfigurationError as error:
        yield Check("partners", "failed", str(error))
        return
    except Exception as error:
        yield Check("database", "failed", str(as_step_error(error, "open the ledger")))
        return
    with home:
        yield Check("database", "ok", "opened, migrated")
        yield _schedule(home)
        yield from _notices(home)
        yield from _heads(settings)
        yield from _archive(home)
        yield from _identity_provider(home)
        yield from _workers(settings)
        day = today(settings)
        for found in status(coding.codes.load(settings.home / "codes"), day):
            if found.release:  # `codes status` shows what is not loaded
                says = f"release {found.release}" + (f"; {found.warning}" if found.warning else "")
                yield Check(f"code set {found.set}", "warning" if found.warning else "ok", says)
        yield _partners(home.partners)
        yield from _unfinished(home)
        yield from _without_file(home)
        for payer in home.partners.payers.values():
            yield from _switches(payer, day)
        yield from _reachable(home)


def _load(home_path: HomeOption, inbox: InboxOption) -> Iterator[Check]:
    settings = load(home_path, inbox=inbox)
    require_home(settings)
    with open_home(settings) as home:
        found = load_of(home, datetime.now(UTC))
    if found is None:
        yield Check("pace", "warning", "no whole nightly run has written claims yet; run one first")
        return
    took = f"{counted(found.claims, 'claim')} in {found.seconds / 60:,.1f} minutes"
    pace = f"{took} on {found.business_on}, the busiest run that is known"
    if found.little:
        pace += "; too few to say much: the start of each step outweighs them"
    yield Check("pace", "warning" if found.little else "ok", pace)
    window = found.window
    begins, ends = (f"{at:%A %H:%M %Z}" for at in (window.begins, window.ends))
    hours = f"{window.seconds / 3600:,.1f} hours, from {begins} to {ends}"
    yield Check("window", "ok", f"{hours}: {window.because}")
    yield Check("narrowest step", "ok", f"{step_named(found.narrowest).title}, {found.share:.0%} of the time")
    enough = found.usual <= found.most * CROWDED
    about = int(float(f"{found.most:.2g}"))  # the pace of one run is no more exact than that
    says = f"the window carries about {about:,}; a usual night has {found.usual:,}"
    yield Check("claims a night", "ok" if enough else "warning", says)
    year, free = found.bytes_a_year / 1e9, found.free / 1e9
    says = f"about {year:,.1f} GB, {found.bytes_a_claim / 1e3:,.1f} kB a claim; {free:,.1f} GB are free"
    yield Check("disk of a year", "ok" if year < free else "warning", says)


def _private(settings: Settings) -> Check:
    open_to_others = stat.S_IMODE(settings.home.stat().st_mode) & 0o077
    if open_to_others:
        return Check("home", "warning", f"others may enter it; chmod 700 {settings.home}")
    return Check("home", "ok", "its owner's only")


def _schedule(home: Home) -> Check:
    """What was due and did not start; whether anything will start where it did so before."""
    missed = schedule.missed(home, datetime.now(UTC))
    if missed:
        return Check("schedule", "failed", "; ".join(f"{m.message}: {m.remedy}" for m in missed))
    if is_served(home.settings):
        return Check("schedule", "ok", f"served; nightly {home.settings.nightly_cron}")
    if schedule.kept(home):
        return Check("schedule", "warning", "`cleanclaim serve` ran here and does not run now")
    return Check("schedule", "ok", "not served: nights start by `cleanclaim run`")


def _notices(home: Home) -> Iterator[Check]:
    """Whether people are notified of alerts: each way is tried without sending, and what waits is counted."""
    ways = list(reachable(home.settings))
    if not recipients(home.settings):
        yield Check("notices", "ok", "nobody is notified of alerts: see notify_emails and webhook_url")
    for way, fault in ways:
        says = f"it can't be used: {fault}" if fault else "as the settings say; cleanclaim alerts test"
        yield Check(f"notices by {way}", "failed" if fault else "ok", says)
    waits = notices.waiting(home.ledger)
    if waits:
        says = f"{counted(waits, 'notice')} not sent yet; `cleanclaim alerts send`"
        yield Check("notices", "warning", says)


def _workers(settings: Settings) -> Iterator[Check]:
    """Whether large runs can be shared as the settings say."""
    if settings.runner == "dask":
        wrong = dask_scheduler.trouble(settings)
        where = settings.dask_scheduler or "a cluster of this machine for each large run"
        yield Check("dask", "failed" if wrong else "ok", f"NIT-06 {wrong}" if wrong else where)


def _archive(home: Home) -> Iterator[Check]:
    """Whether the packs of old documents lie where the ledger says, where there are any or will be."""
    folder = home.settings.home / home.settings.archive_folder
    lacking = packing.missing(home.ledger)
    if lacking:
        says = (
            f"LED-18 {counted(len(lacking), 'pack')} not in {folder}, the first {lacking[0]}; put them back"
        )
        yield Check("archive", "failed", says)
    elif home.settings.archive_after_days:
        days = counted(home.settings.archive_after_days, "day")
        yield Check("archive", "ok", f"files older than {days} lie in {folder}")


def _heads(settings: Settings) -> Iterator[Check]:
    """Whether the head of the audit trail can be copied off the machine, as the settings say."""
    what, folder = "heads of the audit trail", settings.heads_folder
    if folder is not None and not (folder.is_dir() and os.access(folder, os.W_OK)):
        yield Check(what, "failed", f"heads_folder: {folder} is not there, or can't be written (AUD-02)")
    elif folder is not None:
        yield Check(what, "ok", f"copied to {folder}")
    if settings.heads_command:
        try:
            program = (shlex.split(settings.heads_command) or [""])[0]
        except ValueError:
            program = ""  # a quote that is not closed
        found = shutil.which(program) is not None
        says = "copied by heads_command" if found else "heads_command names no program (AUD-02)"
        yield Check(what, "ok" if found else "failed", says)
    elif folder is None:
        yield Check(what, "ok", "on this machine only: heads_folder notices a machine restored as a whole")


def _identity_provider(home: Home) -> Iterator[Check]:
    """Whether people can sign in to the web console by OpenID Connect, where the settings say so."""
    settings, what = home.settings, "identity provider"
    if not settings.oidc_issuer:
        return
    lacks = lacking(settings)
    if lacks:
        yield Check(what, "failed", f"WEB-13 {lacks}")
        return
    from tasks.people import oidc  # it takes a while to import

    fault = oidc.look(settings, int(datetime.now(UTC).timestamp()))
    says = fault or f"its discovery document and keys are read; it sends back to {redirect_address(settings)}"
    yield Check(what, "failed" if fault else "ok", says)
    host = urlsplit(settings.console_url).hostname or ""
    if (f"[{host}]" if ":" in host else host) not in map(str.lower, listening.names(settings)):
        yield Check(what, "failed", "WEB-06 the host of console_url is not among console_names; add it")
    known = {user.name.casefold() for user in users.users(home.ledger) if not user.disabled}
    unknown = sorted({name for name in settings.oidc_people.values() if name.casefold() not in known})
    if unknown:
        yield Check(what, "warning", f"oidc_people names no user, or one disabled: {', '.join(unknown)}")


def _partners(found: Partners) -> Check:
    if not found:
        return Check("partners", "warning", "none: runs pick up, validate and report, and contact nobody")
    return Check(
        "partners",
        "ok",
        f"{counted(len(found.practices), 'practice')}, {counted(len(found.payers), 'payer')}, "
        f"{counted(len(found.clearinghouses), 'clearinghouse')}",
    )


def _unfinished(home: Home) -> Iterator[Check]:
    """Partners' files that still hold what `init` invented: no claim with it may go out for good."""
    for_good = any(c.usage == "P" for c in home.partners.clearinghouses.values())
    for found in unfinished(home.settings.partners):
        where = found.file.relative_to(home.settings.partners)
        yield Check(
            f"invented {where.parent.name[:-1]}",
            "failed" if for_good else "warning",
            f"partners/{where} still holds the invented {', '.join(found.keys)}; write your own",
        )


def _without_file(home: Home) -> Iterator[Check]:
    """Payers and practices with money in the books and no file: no answer would find its claim."""
    with home.ledger.read() as connection:
        owed = receivables(connection)
    for what, place, known in (
        ("practice", 0, home.partners.practices),
        ("payer", 1, home.partners.payers),
    ):
        left: Counter[str] = Counter()
        for of, cents in owed.items():
            if of[place] and of[place] not in known:
                left[of[place]] += cents
        for name, cents in sorted(left.items()):
            if cents:
                yield Check(
                    f"{what} {name}",
                    "warning",
                    f"{dollars(cents)} of it is open, and there is no partners/{what}s/{name}.toml: its "
                    "answers go to suspense. Put the file back, under the name that it had",
                )


def _switches(payer: Payer, today: date) -> Iterator[Check]:
    """A payer's switches of edits: each is of an edit there is, and has not run out unseen."""
    for switch in (*payer.edits_off, *payer.edits_raised):
        what = f"payer {payer.key}"
        if switch.id not in coding.EDITS:
            says = f"its file switches {switch.id}, and there is no such edit; see `cleanclaim edits list`"
            yield Check(what, "failed", says)
        elif not switch.holds_on(today):
            says = f"the switch of {switch.id} ran out on {switch.until}: take it out or renew it"
            yield Check(what, "warning", says)
        elif not switch.holds_on(today + timedelta(days=SOON)):
            yield Check(what, "warning", f"the switch of {switch.id} runs out on {switch.until}")
        elif switch in payer.edits_off and switch.id in STRUCTURAL:
            says = f"{switch.id} is off until {switch.until}: claims may go out that nobody can read"
            yield Check(what, "warning", says)


def _reachable(home: Home) -> Iterator[Check]:
    for clearinghouse in home.partners.clearinghouses.values():
        what = f"clearinghouse {clearinghouse.key}"
        found = reach_partner.look(home, clearinghouse)
        if found.answers:
            yield Check(what, "ok", found.says)
        elif home.settings.demo:  # its port may be anybody's by now
            yield Check(what, "warning", "the mock of a demo home works only during a run")
        else:
            yield Check(what, "failed", found.says)
