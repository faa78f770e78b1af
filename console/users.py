"""`cleanclaim users`: who may sign in to the web console, with which roles and for which practices."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from config.settings import load
from console.act_options import AsOption, DryRunOption, WhyOption, by
from console.answer import ALL_DONE, console, leave, print_json, table, visible
from console.days import today
from console.options import HomeOption, InboxOption, JsonOption
from ledger.people import sessions
from ledger.people.users import User
from ledger.people.users import users as every_user
from tasks.home.home import Home, open_home
from tasks.operations import users as operation
from tasks.operations.money_acts import By
from tasks.operations.users import UserChanged
from tasks.people.passwords import LONGEST
from tasks.people.rights import RIGHTS

app = typer.Typer(
    help="Who may sign in to the web console: list, add, passwd, roles, disable, enable.",
    no_args_is_help=True,
)

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The person's name, as it stands in the history.")
]
RoleOption = Annotated[
    list[str], typer.Option("--role", help=f"One of {', '.join(RIGHTS)}; repeat it.", show_default=False)
]
PracticesOption = Annotated[
    list[str],
    typer.Option("--practice", help="A practice that is seen, by its key; `*` every one. Repeat it."),
]
RolesOption = Annotated[
    list[str] | None, typer.Option("--role", help=f"One of {', '.join(RIGHTS)}; repeat it.")
]
OtherPracticesOption = Annotated[
    list[str] | None, typer.Option("--practice", help="A practice by its key; `*` every one. Repeat it.")
]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="The password is the first line of standard input.")
]


@app.command("list")
def list_users(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Every person who may sign in, with roles, practices and how many sessions are open."""
    with open_home(load(home, inbox=inbox)) as opened:
        found = every_user(opened.ledger)
        now = int(datetime.now(UTC).timestamp())
        signed_in = sessions.counted(opened.ledger, now, opened.settings.console_idle_minutes * 60)
    if json:
        print_json({"users": [plain(user) | {"sessions": signed_in.get(user.name, 0)} for user in found]})
        leave(ALL_DONE)
    table(
        "Users of the web console",
        ("name", "roles", "practices", "since", "sessions", "state"),
        [
            (u.name, " ".join(sorted(u.roles)), " ".join(sorted(u.practices)), u.business_on,
             signed_in.get(u.name, 0) or "", "disabled" if u.disabled else "")
            for u in found
        ],
        right=("sessions",),
    )  # fmt: skip
    leave(ALL_DONE)


@app.command("add")
def add(
    name: NameArgument,
    role: RoleOption,
    practice: PracticesOption,
    password_stdin: StdinOption = False,
    why: WhyOption = "",
    as_: AsOption = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """A person may sign in. The password is asked for, and only its hash is kept."""
    _do(
        lambda h, day, who, given: operation.add(h, day, who, name, role, practice, given(), dry_run=dry_run),
        (why, as_, password_stdin), home, inbox, json=json,
    )  # fmt: skip


@app.command("passwd")
def passwd(
    name: NameArgument,
    password_stdin: StdinOption = False,
    why: WhyOption = "",
    as_: AsOption = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Another password. Every session of the person is over."""
    _do(
        lambda h, day, who, given: operation.set_password(h, day, who, name, given(), dry_run=dry_run),
        (why, as_, password_stdin), home, inbox, json=json,
    )  # fmt: skip


@app.command("roles")
def roles(
    name: NameArgument,
    role: RolesOption = None,
    practice: OtherPracticesOption = None,
    why: WhyOption = "",
    as_: AsOption = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Other roles, other practices, or both: these alone, instead of those before."""
    _do(
        lambda h, day, who, given: operation.set_roles(
            h, day, who, name, role, practice, dry_run=dry_run
        ),
        (why, as_, False), home, inbox, json=json,
    )  # fmt: skip


@app.command("disable")
def disable(
    name: NameArgument,
    why: WhyOption = "",
    as_: AsOption = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """A person may not sign in any more, and is signed out. What the person did stays."""
    _do(
        lambda h, day, who, given: operation.disable(h, day, who, name, True, dry_run=dry_run),
        (why, as_, False), home, inbox, json=json,
    )  # fmt: skip


@app.command("enable")
def enable(
    name: NameArgument,
    why: WhyOption = "",
    as_: AsOption = None,
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """A person who was disabled may sign in again."""
    _do(
        lambda h, day, who, given: operation.disable(h, day, who, name, False, dry_run=dry_run),
        (why, as_, False), home, inbox, json=json,
    )  # fmt: skip


def plain(user: User) -> dict[str, object]:
    """A person as JSON has it."""
    return {
        "name": user.name,
        "roles": sorted(user.roles),
        "practices": sorted(user.practices),
        "disabled": user.disabled,
        "since": user.business_on,
    }


def _do(
    act: Callable[[Home, date, By, Callable[[], str]], UserChanged],
    said: tuple[str, str | None, bool],
    home: HomeOption,
    inbox: InboxOption,
    *,
    json: bool,
) -> None:
    why, as_, from_stdin = said
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        done = act(opened, today(settings), by(why, as_, ""), lambda: _password(from_stdin))
    if json:
        print_json({"user": plain(done.user), "dry_run": done.dry_run})
    else:
        before = f", before: {done.before.words}" if done.before and done.before != done.user else ""
        words = f"{'dry run: ' if done.dry_run else ''}{done.user.name}: {done.user.words}{before}"
        console.print(visible(words))
    leave(ALL_DONE)


def _password(from_stdin: bool) -> str:
    """Typed twice without being shown, or the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline(LONGEST + 2).removesuffix("\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
