"""The declaration of an edit: one file, one function, its words and its two examples beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from coding.carried import Facts
from coding.context import Context, PayerRules
from coding.example import CLEAN, Example, Line
from coding.finding import Found, Severity
from edi.records import Claim

__all__ = ["CLEAN", "Carries", "Check", "Edit", "Example", "Line", "Source", "edit"]

Check = Callable[[Claim, Context], Iterable[Found]]
Carries = Facts | Callable[[PayerRules], Facts | None] | None


@dataclass(frozen=True, slots=True)
class Source:
    """The authority for an edit: who says it, and where."""

    authority: str
    place: str = ""
    url: str = ""

    def __str__(self) -> str:
        return f"{self.authority}, {self.place}" if self.place else self.authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One rule about claims. `since` and `until` bound the services it is in force for; rules of the
    5010 format and older ones (2012-01-01 and before) bind every claim that is sent, however old its
    services. `kinds` are the claim kinds it looks at (P, I, D); `prevents` are the CARCs (and RARCs, by
    letter) that it heads off; `passes` and `fails` are an example of each that a test runs.

    `carries`: it looks only at claims that carry one of these (`coding.carried` says how they are written).
    None: at every claim. A function says it for a payer's rules.

    `each_payer`: it judges the claim to every payer, with that payer's rules. The others say all they have
    to say of the claim to the first one."""

    id: str
    title: str
    severity: Severity
    source: Source
    since: date
    prevents: tuple[str, ...]
    fix: str
    passes: Example
    fails: Example
    check: Check
    why: str
    until: date | None = None
    kinds: str = "PID"
    each_payer: bool = False
    carries: Carries = None


def edit(
    *,
    id: str,
    title: str,
    severity: Severity,
    source: Source,
    since: date,
    prevents: tuple[str, ...],
    fix: str,
    passes: Example,
    fails: Example,
    until: date | None = None,
    kinds: str = "PID",
    each_payer: bool = False,
    carries: Carries = None,
) -> Callable[[Check], Edit]:
    """Declares the function below it as an edit. It yields (line, element, what is wrong).

    A fourth value is a severity of its own for that finding. The module's docstring is the reason
    that the reference page prints.
    """

    def declare(check: Check) -> Edit:
        why = (check.__globals__.get("__doc__") or "").strip()
        return Edit(
            id=id,
            title=title,
            severity=severity,
            source=source,
            since=since,
            prevents=prevents,
            fix=fix,
            passes=passes,
            fails=fails,
            check=check,
            why=why,
            until=until,
            kinds=kinds,
            each_payer=each_payer,
            carries=carries,
        )

    return declare
