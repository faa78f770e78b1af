"""`cleanclaim users`: who may sign in to the web console, with which roles and for which practices."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from config.counted import counted
from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table, visible
from console.options import HomeOption, InboxOption, JsonOption
from ledger.people import second_factors
from ledger.people.second_factors import SecondFactor
from ledger.people.users import User
from ledger.people.users import users as every_user
from tasks.home.home import Home, open_home
from tasks.operations import second_factor as factor
from tasks.operations import users as operation
from tasks.operations.second_factor import FactorChanged
from tasks.operations.users import UserChanged
from tasks.people.passwords import LONGEST
from tasks.people.rights import RIGHTS
from tasks.people.second_factor import LOCKED_AT, must
from tasks.people.sign_in import open_sessions

app = typer.Typer(
    help="Who may sign in to the web console: list, add, passwd, roles, second-factor, disable, enable.",
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

CodeOption = Annotated[str, typer.Option("--code", help="Confirm it with the six digits that the app shows.")]
RemoveOption = Annotated[bool, typer.Option("--remove", help="Take the second factor away.")]


@app.command("list")
def list_users(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Every person who may sign in, with roles, practices, second factor and how many sessions are open."""
    with open_home(load(home, inbox=inbox)) as opened:
        found = every_user(opened.ledger)
        factors = second_factors.every(opened.ledger)
        state = {user.name: _factor(opened, user, factors.get(user.name)) for user in found}
        signed_in = open_sessions(opened, int(datetime.now(UTC).timestamp()))
    if json:
        each = [
            plain(u) | {"sessions": signed_in.get(u.name, 0), "second_factor": state[u.name]} for u in found
        ]
        print_json({"users": each})
        leave(ALL_DONE)
    table(
        "Users of the web console",
        ("name", "roles", "practices", "since", "second factor", "sessions", "state"),
        [
            (u.name, " ".join(sorted(u.roles)), " ".join(sorted(u.practices)), u.business_on,
             state[u.name], signed_in.get(u.name, 0) or "", "disabled" if u.disabled else "")
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


def _factor_shown(done: FactorChanged, json: bool) -> None:
    secret = done.secret
    if json:
        found: dict[str, object] = {
            "user": plain(done.user),
            "second_factor": done.state,
            "dry_run": done.dry_run,
        }
        if secret is not None:
            found |= {"key": secret.spelled, "address": secret.address}
        print_json(found | ({"recovery_codes": done.recovery_codes} if done.recovery_codes else {}))
        return
    console.print(
        visible(f"{'dry run: ' if done.dry_run else ''}{done.user.name}: second factor {done.state}")
    )
    if secret is not None:
        console.print(visible(f"key for the app: {secret.spelled}"))
        console.print(visible(f"the same as an address: {secret.address}"), soft_wrap=True)
        console.print("They are shown this once. Confirm with --code and the six digits of the app.")
    if done.recovery_codes:
        console.print("Recovery codes, each good once in place of the app's; they are shown this once:")
        for one in done.recovery_codes:
            console.print(f"  {one}")


def _factor(home: Home, user: User, found: SecondFactor | None) -> str:
    """Whether signing in asks for a second factor, and what is to be done where it should and can't."""
    if found is not None and found.on:
        locked = found.wrong >= LOCKED_AT
        return (
            f"locked, {found.wrong} wrong codes"
            if locked
            else f"on, {counted(found.codes_left, 'recovery code')}"
        )
    return "to set up" if must(home, user) else "begun" if found is not None else ""


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


@act_command(app, "second-factor", _factor_shown, of_the_books=False)
def second_factor(
    name: NameArgument, code: CodeOption = "", remove: RemoveOption = False
) -> AnyAct[FactorChanged]:
    """A second factor at sign-in: a code of an authenticator app. Prints the key for the app, once.

    It counts when --code confirms it with what the app shows; then recovery codes are printed, once. Every
    session of the person is over then, and when --remove takes it away.
    """
    if code and remove:
        raise CommandError("ACT-03", "give --code or --remove, not both", exit_code=WRONG_USE)
    if remove:
        return lambda h, day, by, dry: factor.remove(h, day, by, name, dry_run=dry)
    if code:
        now = int(datetime.now(UTC).timestamp())
        return lambda h, day, by, dry: factor.confirm(h, day, by, name, code, now, dry_run=dry)
    return lambda h, day, by, dry: factor.begin(h, day, by, name, dry_run=dry)


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
