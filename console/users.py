"""`cleanclaim users`: who may sign in to the web console, with which roles and for which practices."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, console, leave, print_json, table, visible
from console.options import HomeOption, InboxOption, JsonOption
from ledger.people.users import User
from ledger.people.users import users as every_user
from tasks.home.home import open_home
from tasks.operations import users as operation
from tasks.operations.users import UserChanged
from tasks.people.passwords import LONGEST
from tasks.people.rights import RIGHTS
from tasks.people.sign_in import open_sessions

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
        signed_in = open_sessions(opened, int(datetime.now(UTC).timestamp()))
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


def _shown(done: UserChanged, json: bool) -> None:
    if json:
        print_json({"user": plain(done.user), "dry_run": done.dry_run})
        return
    before = f", before: {done.before.words}" if done.before and done.before != done.user else ""
    words = f"{'dry run: ' if done.dry_run else ''}{done.user.name}: {done.user.words}{before}"
    console.print(visible(words))


@act_command(app, "add", _shown, of_the_books=False)
def add(
    name: NameArgument, role: RoleOption, practice: PracticesOption, password_stdin: StdinOption = False
) -> AnyAct[UserChanged]:
    """A person may sign in. The password is asked for, and only its hash is kept."""
    return lambda h, day, by, dry: operation.add(
        h, day, by, name, role, practice, _password(password_stdin), dry_run=dry
    )


@act_command(app, "passwd", _shown, of_the_books=False)
def passwd(name: NameArgument, password_stdin: StdinOption = False) -> AnyAct[UserChanged]:
    """Another password. Every session of the person is over."""
    return lambda h, day, by, dry: operation.set_password(
        h, day, by, name, _password(password_stdin), dry_run=dry
    )


@act_command(app, "roles", _shown, of_the_books=False)
def roles(
    name: NameArgument, role: RolesOption = None, practice: OtherPracticesOption = None
) -> AnyAct[UserChanged]:
    """Other roles, other practices, or both: these alone, instead of those before."""
    return lambda h, day, by, dry: operation.set_roles(h, day, by, name, role, practice, dry_run=dry)


@act_command(app, "disable", _shown, of_the_books=False)
def disable(name: NameArgument) -> AnyAct[UserChanged]:
    """A person may not sign in any more, and is signed out. What the person did stays."""
    return lambda h, day, by, dry: operation.set_disabled(h, day, by, name, True, dry_run=dry)


@act_command(app, "enable", _shown, of_the_books=False)
def enable(name: NameArgument) -> AnyAct[UserChanged]:
    """A person who was disabled may sign in again."""
    return lambda h, day, by, dry: operation.set_disabled(h, day, by, name, False, dry_run=dry)


def plain(user: User) -> dict[str, object]:
    """A person as JSON has it."""
    return {
        "name": user.name,
        "roles": sorted(user.roles),
        "practices": sorted(user.practices),
        "disabled": user.disabled,
        "since": user.business_on,
    }


def _password(from_stdin: bool) -> str:
    """Typed twice without being shown, or the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline(LONGEST + 2).removesuffix("\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
