"""A page for each edit, and their index, from the edit's own file."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from coding import EDITS
from coding.edit import CLEAN, Edit
from coding.example import Example
from config.adjustment_codes import load
from config.dollars import dollars

INDEX = """# Edits

Generated from the edits. A `hold` keeps the claim back until the encounter is corrected; a `warn` lets it
go with a remark; `unchecked` says that a code set or date is not loaded, so nothing is claimed.

A claim is judged whole before it goes to its first payer. Before it goes to a later one, the edits marked in
the column "later payers" judge it again: those that ask for the payer's rules, the coverage with it, the
table that it goes by, what it received of this patient before, or what the payers before it decided. The
others ask for nothing that differs with a later payer: they would find again what was corrected, or let pass
by a person, before the first claim went. That is also so of those that compare with other claims but whose
rule is no payer's own: an add-on's parent (`AOC-01`), a global period (`GLB-01`), a new patient (`PX-04`) and
the chain of replacements (`FRQ-01`). Interim bills (`INT-01`) need not continue each other with a later
payer: one that leaves it nothing to pay never goes there.

| Edit | Title | Severity | Later payers | Heads off |
|---|---|---|---|---|
"""

HIDDEN = frozenset({"loops", "number"})
MONEY = frozenset({"amount", "charge", "non_covered", "paid", "patient_paid", "remaining_patient_liability"})


def pages() -> dict[str, str]:
    found = {f"reference/edits/{edit.id}.md": "\n".join(_page(edit)) for edit in EDITS.values()}
    rows = (
        f"| [{e.id}]({e.id}.md) | {_cell(e.title)} | {e.severity} | {_later(e)} | {', '.join(e.prevents)} |"
        for e in EDITS.values()
    )
    found["reference/edits/index.md"] = INDEX + "\n".join(rows)
    return found


def _later(edit: Edit) -> str:
    return "judged" if edit.each_payer else "as to the first one"


def _page(edit: Edit) -> Iterator[str]:
    yield f"# {edit.id}: {edit.title}"
    yield ""
    yield edit.why
    yield ""
    source = f"[{edit.source}]({edit.source.url})" if edit.source.url else str(edit.source)
    force = f"{edit.since}" + (f" to {edit.until}" if edit.until else " on")
    kinds = ", ".join({"P": "837P", "I": "837I", "D": "837D"}[kind] for kind in edit.kinds)
    yield "| | |"
    yield "|---|---|"
    yield f"| Severity | {edit.severity} |"
    yield f"| Source | {_cell(source)} |"
    yield f"| For services | {force} |"
    payers = "to every payer" if edit.each_payer else "to the first payer"
    yield f"| Claims | {kinds}, {payers} |"
    yield f"| Heads off | {_cell('; '.join(_denial(code) for code in edit.prevents)) or 'nothing by code'} |"
    yield f"| Remedy | {_cell(edit.fix)} |"
    yield ""
    yield "## Examples"
    yield ""
    yield "Both are one clean claim, an office visit on 2026-11-09, but for what is named. A test runs them."
    yield ""
    yield from _example("Passes", edit.passes)
    yield from _example("Fails", edit.fails)
    yield "## Switching it off for a payer"
    yield ""
    yield "In `partners/payers/KEY.toml`, with the reason and the last day it holds:"
    yield ""
    yield "```toml"
    yield "[[edits_off]]"
    yield f'id = "{edit.id}"'
    yield 'reason = "what the payer said, and who heard it"'
    yield "until = 2027-06-30"
    yield "```"
    if str(edit.severity) != "hold":
        yield ""
        yield "The same under `[[edits_raised]]` makes it hold this payer's claims."


def _denial(code: str) -> str:
    """A CARC or RARC with our words for it."""
    table = load()
    kind = "CARC" if ("CARC", code) in table else "RARC"
    known = table.get((kind, code))
    return f"{kind} {code} ({known.meaning})" if known is not None else code


def _example(title: str, example: Example) -> Iterator[str]:
    said = [
        *(_differences("claim", example.changes)),
        *(_differences("known beside the claim", example.context_changes)),
        *(_differences("code set", example.code_sets)),
    ]
    yield f"**{title}**" + ("" if said else ": the clean claim itself.")
    yield ""
    if said:
        yield from (f"* {line}" for line in said)
        yield ""


def _differences(what: str, changes: Any) -> Iterator[str]:
    clean = CLEAN.claim
    for name, value in changes.items():
        if what == "claim" and name == "lines":
            for number, line in enumerate(value, 1):
                told = _fields(line, clean.lines[0])
                yield f"line {number}: {told or 'as in the clean claim'}"
        else:
            before = getattr(clean, name, None) if what == "claim" else None
            yield f"{what}, {name.replace('_', ' ')}: {_value(value, before, money=name in MONEY)}"


def _fields(record: Any, clean: Any) -> str:
    """What of a record is not as in the clean one, or as it is when nothing is said."""
    told = []
    for field in fields(record):
        value = getattr(record, field.name)
        usual = getattr(clean, field.name) if type(clean) is type(record) else field.default
        if (
            field.name not in HIDDEN
            and field.repr
            and value != usual
            and (value not in ("", (), None) or usual)
        ):
            told.append(f"{field.name.replace('_', ' ')} {_value(value, usual, money=field.name in MONEY)}")
    return ", ".join(told)


def _value(value: Any, clean: Any = None, *, money: bool = False) -> str:
    if value is None or value == "" or value == () or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if money and isinstance(value, int):
        return dollars(value)
    if is_dataclass(value) and not isinstance(value, type):
        return f"({_fields(value, clean) or 'as usual'})"
    if isinstance(value, Mapping):
        return "; ".join(f"{_value(k)}: {_value(v)}" for k, v in value.items()) or "none"
    if isinstance(value, (tuple, list, set, frozenset)):
        listed = sorted(value) if isinstance(value, (set, frozenset)) else value
        return ", ".join(_value(v) for v in listed)
    return f"`{value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
