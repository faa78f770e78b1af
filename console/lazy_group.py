"""The commands of `cleanclaim`, each imported when it is called: `edi` does not wait for the ledger."""

import importlib
from typing import Any, Final

import typer
from typer.core import TyperGroup

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("console.demo", "demo"),
    "init": ("console.init", "init"),
    "run": ("console.run", "run"),
    "serve": ("console.serve", "serve"),
    "console": ("console.web", "serve_console"),
    "users": ("console.users", "app"),
    "status": ("console.status", "status"),
    "work": ("console.work", "app"),
    "batches": ("console.batches", "app"),
    "holds": ("console.holds", "app"),
    "coding": ("console.uncoded", "app"),
    "coding-audits": ("console.coding_audits", "app"),
    "risk-adjustment": ("console.risk_adjustment", "app"),
    "claims": ("console.claims", "app"),
    "denials": ("console.denials", "app"),
    "rejections": ("console.rejections", "app"),
    "quarantine": ("console.quarantine", "app"),
    "suspense": ("console.suspense", "app"),
    "remittances": ("console.remittances", "app"),
    "patients": ("console.patients", "app"),
    "statements": ("console.statements", "app"),
    "payments": ("console.payments", "app"),
    "refunds": ("console.refunds", "app"),
    "credits": ("console.credits", "app"),
    "deposits": ("console.deposits", "app"),
    "visits": ("console.visits", "app"),
    "estimates": ("console.estimates", "app"),
    "opening": ("console.opening", "app"),
    "enrolments": ("console.enrolments", "app"),
    "authorizations": ("console.authorizations", "app"),
    "contracts": ("console.contracts", "app"),
    "coverage": ("console.coverage", "app"),
    "alerts": ("console.alerts", "app"),
    "doctor": ("console.doctor", "doctor"),
    "backup": ("console.backup", "backup"),
    "restore": ("console.backup", "restore"),
    "ledger": ("console.ledger", "app"),
    "day": ("console.day", "app"),
    "month": ("console.month", "app"),
    "measures": ("console.measures", "app"),
    "causes": ("console.causes", "app"),
    "purge": ("console.purge", "purge"),
    "audit": ("console.audit", "app"),
    "key": ("console.key", "app"),
    "codes": ("console.codes", "app"),
    "edits": ("console.edits", "app"),
    "twin": ("console.twin", "app"),
    "edi": ("console.edi", "app"),
}
"""Name to module and what in it: a function, or the Typer app of a group. Help shows this order."""

LISTS: Final[dict[str, str]] = {
    "users": "list",
    "coding-audits": "list",
    "risk-adjustment": "list",
    "work": "list",
    "batches": "list",
    "claims": "list",
    "denials": "list",
    "remittances": "list",
    "enrolments": "list",
    "authorizations": "list",
    "contracts": "list",
    "deposits": "list",
    "credits": "list",
    "day": "list",
    "month": "list",
    "visits": "list",
    "estimates": "list",
    "patients": "list",
    "statements": "list",
    "alerts": "list",
    "measures": "list",
    "causes": "list",
    "audit": "show",
    "key": "show",
    "ledger": "show",
    "codes": "status",
    "edits": "list",
}
"""What a group does without a subcommand: it shows what is there. One that has no list shows its help."""


class ListingGroup(TyperGroup):
    """A group that shows what is there where no subcommand is named: `denials` is `denials list`."""

    lists = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        asks_for_help = bool(args) and args[0] in ctx.help_option_names
        if self.lists and not asks_for_help and (not args or args[0].startswith("-")):
            args = [self.lists, *args]
        if not args and self.no_args_is_help:
            args = [ctx.help_option_names[0]]  # asked for nothing: help is no error
        return list(super().parse_args(ctx, args))


class LazyGroup(ListingGroup):
    """Finds its commands in `COMMANDS`."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*COMMANDS, *(name for name in self.commands if name not in COMMANDS)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands.get(cmd_name)


def _load(name: str) -> Any:
    module, attribute = COMMANDS[name]
    found = getattr(importlib.import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command(name)(found)
        found = single
    else:
        found.info.cls = ListingGroup
        found._add_completion = False  # its options are no group's content
    command = typer.main.get_command(found)
    if isinstance(command, ListingGroup):
        command.lists = LISTS.get(name, "")
    command.name = name
    return command
