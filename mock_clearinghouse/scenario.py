"""A scenario file: who gets what. The order is match, then action; the first rule that fits a claim wins.

    name = "..."                        what the scenario shows
    [clearinghouse]                     name, id (ISA06 of answers), usage T or P
    [[payer]]                           id, name, tax_id: for the 835; else as the claim names it
    [[rule]]                            name, then what to match, how to acknowledge, and what to remit
      member_id, payer_id, procedure, modifier, frequency, payer_order, billing_npi, patient_control_number,
      prior_authorization               a value or a list, "" matches none; a trailing * matches a prefix; all
                                        must fit
      charge                            dollars of the whole claim
      nth                               only the n-th claim that fits the rest
      acknowledge                       "accept", "reject" or "omit" (missing from the 277CA)
      status                            "A7:164:IL", the STC composite of a rejection
      asked                             what a 276 about the claim is answered: "truth" (default), "not_found"
                                        though it is here, "error", "silence"
    [[rule.remit]]                      one decision; without any, 80 % on the next business date; [] is never
      after                             business dates from receipt (default 1); 0 is as it comes
      days                              days of the calendar from receipt instead
      shares = [[1, 6250]]              line, and the ten-thousandths of its charge that are allowed
      status                            CLP02; default by payer order (1, 2, 3), forwarded 19 to 21
      allowed                           percent of the charge, the rest is CO 45 (default 80)
      deductible, copay, coinsurance    dollars PR 1, dollars PR 3, percent PR 2
      fee                               dollars that a later payer allows for each line, instead of allowed
      coordination                      how a later payer pays: rest (default), standard, carve_out,
                                        non_duplication, medicare (coordination.py), or alone: as the first
      cut = [{ line, group, reason, percent or amount, remarks }]    one more adjustment
      deny = { group, reason, remarks, lines }    the whole charge, of all lines or of those
      per_diem                          dollars for each day of room and board (revenue codes 010x to 021x)
      drg                               { "470" = "14000.00" }: dollars for the claim's DRG; else by percent
      annual_maximum                    dollars a member and year; what goes beyond is PR 119
      interest                          dollars, AMT I and PLB L6
      forward_to                        name of the next payer (NM1 TT)
      reverse = 1                       first take back decision 1 (CLP02 22); takeback = true: only that
      recoup = 1                        take back what decision 1 paid by PLB WO only
      remarks, claim_level, forget_modifiers, forget_line_numbers
    [[rule.appeal]]                     what becomes of the first letter about the claim, then of the second;
                                        a letter without one of these is refused
      after                             business dates from the letter (default 1)
      won                               keys of a remit: it takes the place of the last decision
      lost                              what the payer's letter says
    [[stranger]]                        a payment for a claim number nobody sent
    [[interchange]]                     isa13, nth: ta1 = "R", note = "018"; what arrives is not read further
                                        ta1 = "A", syntax = "R": its 999 refuses every transaction set
    [[coverage]]                        what a 270 is answered: payer_id and member_id to match, as in a rule;
                                        without a rule that fits the coverage is active
      answer                            "covered" (default), "inactive", "not_found" (AAA 75), "unavailable"
                                        (AAA 42, until the day `until` where it is given), "silence"
      start, end                        days of the coverage; asked about another one it is not active
      copay, deductible                 dollars
      limits = [["97110", 20, 4]]       procedure, visits a year, visits left
      member_id_known                   the member id that the payer has instead
    [[learned]]                         a payer that decides by rates, where no rule fits: see learned.py
    [[fault]]                           see faults.py

A predetermination (CLM19 PB) is answered with CLP02 25: the payment that it foretells is OA 101.

Numbers of dollars are strings ("12.50"), so that no cent is lost. Every table with a key that is
not known is refused with its place.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from edi.records import Claim
from mock_clearinghouse.faults import Fault, fault_of
from mock_clearinghouse.learned import Drawn, Learned, learned_of, read_drawn

DEFAULT = Path(__file__).parent / "scenarios" / "demo.toml"


class ScenarioError(ValueError):
    """A scenario file that cannot be used: which table, which key, what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One more adjustment on a line (or on all): `percent` of what is allowed, or an amount in cents."""

    group: str
    reason: str
    line: int | None = None
    percent: int | None = None
    amount: int | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """The whole charge under one reason, of the lines named or of all."""

    group: str
    reason: str
    remarks: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remit:
    """One decision on a claim. Amounts in cents; percents are whole.

    `reverse` and `recoup` name an earlier decision of the same rule, counted from 1. A recoupment
    takes back through a PLB only; a reversal comes first in the same 835, and the new decision
    follows it unless `takeback`.
    """

    after: int = 1
    days: int | None = None  # instead of `after`
    shares: tuple[tuple[int, int], ...] = ()  # line and ten-thousandths of its charge, instead of `allowed`
    status: str = ""  # CLP02, default by payer order
    allowed: int = 80  # percent of the charge; the rest is CO 45
    deductible: int = 0  # PR 1
    coordination: str = "rest"
    fee: int | None = None
    coinsurance: int = 0  # percent, PR 2
    copay: int = 0  # PR 3
    cuts: tuple[Cut, ...] = ()
    denials: tuple[Denial, ...] = ()
    remarks: tuple[str, ...] = ()  # of the claim (MOA)
    claim_level: bool = False  # CAS on the claim, no lines
    per_diem: int = 0  # for each day of room and board, whatever else is on the claim
    drg: tuple[tuple[str, int], ...] = ()
    annual_maximum: int = 0  # of a member in a year; 0 is none
    interest: int = 0  # AMT I and PLB L6
    forward_to: str = ""  # payer it is forwarded to: status 19-21, NM1 TT
    reverse: int = 0
    takeback: bool = False
    recoup: int = 0
    forget_modifiers: bool = False
    forget_line_numbers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """What becomes of a letter: the payer pays as `won` says, or refuses in the words of `lost`."""

    after: int = 1
    won: Remit | None = None
    lost: str = ""


REFUSED = Appeal(lost="The decision stands.")
"""What becomes of a letter that the scenario says nothing about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Match, then action. `match` pairs a field with the patterns of which one must fit."""

    name: str
    match: tuple[tuple[str, tuple[str, ...]], ...] = ()
    charge: int | None = None
    nth: int = 0
    acknowledge: str = "accept"
    status: str = ""
    asked: str = "truth"
    remit: tuple[Remit, ...] = (Remit(),)
    appeals: tuple[Appeal, ...] = ()

    def appeal(self, number: int) -> Appeal:
        """What becomes of the `number`-th letter about a claim, from 1."""
        return self.appeals[number - 1] if number <= len(self.appeals) else REFUSED

    def fits(self, claim: Claim) -> bool:
        """Whether a claim matches, apart from `nth`."""
        if self.charge is not None and claim.charge != self.charge:
            return False
        return all(
            any(fnmatchcase(value, pattern) for value in _values(claim, name) for pattern in patterns)
            for name, patterns in self.match
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A claim payment for a number that nobody sent, in a payer's 835 of the n-th business date."""

    payer_id: str
    night: int
    patient_control_number: str
    charge: int
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeRule:
    """What to answer to an interchange whatever is in it: `ta1` A, E or R with its note.

    `syntax` "R": the 999 refuses all of it, which only shows where the TA1 does not.
    """

    isa13: str = "*"
    nth: int = 0
    ta1: str = "R"
    note: str = "000"
    syntax: str = "A"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerFacts:
    """A payer as its 835 names it."""

    id: str
    name: str
    tax_id: str = "999999999"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRule:
    """What a 270 about some members of some payers is answered. Amounts in cents."""

    payer_id: tuple[str, ...] = ("*",)
    member_id: tuple[str, ...] = ("*",)
    answer: str = "covered"
    start: date | None = None
    end: date | None = None
    until: date | None = None
    copay: int = 0
    deductible: int = 0
    limits: tuple[tuple[str, int, int], ...] = ()
    member_id_known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything a scenario file says."""

    name: str = ""
    clearinghouse_name: str = "MOCK CLEARINGHOUSE"
    clearinghouse_id: str = "MOCK"
    usage: str = "T"
    payers: dict[str, PayerFacts] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    interchanges: tuple[InterchangeRule, ...] = ()
    coverages: tuple[CoverageRule, ...] = ()
    learned: tuple[Learned, ...] = ()
    faults: tuple[Fault, ...] = ()

    def rule(self, name: str) -> Rule:
        """A rule by its name; the plain one ("everything else is paid") has none."""
        drawn = read_drawn(name)
        if drawn is not None:
            return _rule_of(name, drawn)
        return next((rule for rule in self.rules if rule.name == name), PLAIN)

    def rule_for(self, claim: Claim, count: Callable[[str], int]) -> Rule:
        """What becomes of a claim: the first rule that fits, one with `nth` only at its turn; else as a
        learned payer has it, else the plain one. `count` takes one more claim that fits a rule, and says how
        many these are now."""
        for rule in self.rules:
            if rule.fits(claim) and (not rule.nth or count(rule.name) == rule.nth):
                return rule
        for payer in self.learned:
            if payer.fits(claim):
                drawn = payer.draw(claim)
                return _rule_of(drawn.name, drawn)
        return PLAIN

    def coverage_rule(self, payer_id: str, member_id: str) -> CoverageRule:
        """The first rule that fits a member of a payer; without one the coverage is active."""
        for rule in self.coverages:
            if _fits(rule.payer_id, payer_id) and _fits(rule.member_id, member_id):
                return rule
        return COVERED_PLAINLY


def _rule_of(name: str, drawn: Drawn) -> Rule:
    """The decision that was drawn for a claim as a rule of its own."""
    if drawn.rejected:
        return Rule(name=name, acknowledge="reject", status=drawn.rejected, remit=())
    denials = tuple(
        Denial(group=reason.partition("-")[0], reason=reason.partition("-")[2], lines=(line,))
        for line, reason in drawn.denied
    )
    status = "4" if denials and not drawn.paid else ""
    return Rule(name=name, remit=(Remit(days=drawn.days, shares=drawn.paid, denials=denials, status=status),))


def _fits(patterns: tuple[str, ...], value: str) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in patterns)


COVERED_PLAINLY = CoverageRule()
PLAIN = Rule(name="")
_FIELDS = (
    "member_id",
    "payer_id",
    "procedure",
    "modifier",
    "frequency",
    "payer_order",
    "prior_authorization",
    "billing_npi",
    "patient_control_number",
)


COVERED = ("covered", "inactive", "not_found", "unavailable", "silence")


def load(path: Path = DEFAULT) -> Scenario:
    """Read a scenario file. Raises ScenarioError."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except ScenarioError as error:
        raise ScenarioError(f"{path.name}: {error}") from None


def parse(text: str) -> Scenario:
    """A scenario from its text. Raises ScenarioError."""
    try:
        top = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"not TOML: {error}") from None
    _known(
        top, "the top",
        "name", "clearinghouse", "payer", "rule", "stranger", "interchange", "coverage", "learned", "fault",
    )  # fmt: skip
    own = top.get("clearinghouse", {})
    _known(own, "[clearinghouse]", "name", "id", "usage")
    try:
        faults = tuple(
            fault_of(table, f"[[fault]] {place}") for place, table in enumerate(top.get("fault", ()), 1)
        )
    except (ValueError, TypeError) as error:
        raise ScenarioError(str(error)) from None
    payers = [_made(PayerFacts, table, f"[[payer]] {place}") for place, table in _tables(top, "payer")]
    rules = tuple(_rule(table, f"[[rule]] {place}") for place, table in _tables(top, "rule"))
    names = [rule.name for rule in rules]
    if len(set(names)) != len(names) or "" in names:
        raise ScenarioError("each [[rule]] needs a name of its own")
    return Scenario(
        name=top.get("name", ""),
        clearinghouse_name=own.get("name", "MOCK CLEARINGHOUSE"),
        clearinghouse_id=own.get("id", "MOCK"),
        usage=own.get("usage", "T"),
        payers={payer.id: payer for payer in payers},
        rules=rules,
        strangers=tuple(
            _made(Stranger, table, f"[[stranger]] {place}", cents=("charge", "paid"))
            for place, table in _tables(top, "stranger")
        ),
        interchanges=tuple(
            _made(InterchangeRule, table, f"[[interchange]] {place}")
            for place, table in _tables(top, "interchange")
        ),
        coverages=tuple(
            _coverage(table, f"[[coverage]] {place}") for place, table in _tables(top, "coverage")
        ),
        learned=_learned(top),
        faults=faults,
    )


def _rule(table: dict[str, Any], place: str) -> Rule:
    place = f"{place} ({table['name']})" if "name" in table else place
    _known(
        table,
        place,
        "name",
        *_FIELDS,
        *("charge", "nth", "acknowledge", "status", "asked", "remit", "appeal"),
    )
    acknowledge = table.get("acknowledge", "accept")
    if acknowledge not in ("accept", "reject", "omit"):
        raise ScenarioError(f"{place}: acknowledge is accept, reject or omit")
    asked = table.get("asked", "truth")
    if asked not in ("truth", "not_found", "error", "silence"):
        raise ScenarioError(f"{place}: asked is truth, not_found, error or silence")
    status = table.get("status", "")
    if acknowledge == "reject" and not 2 <= len(status.split(":")) <= 3:
        raise ScenarioError(f"{place}: a rejection needs status, as in A7:164:IL")
    remit = tuple(
        _remit(step, f"{place} remit {number}") for number, step in enumerate(table.get("remit", ({},)), 1)
    )
    for number, step in enumerate(remit, 1):
        if not 0 <= step.reverse < number or not 0 <= step.recoup < number:
            raise ScenarioError(f"{place} remit {number}: reverse and recoup name an earlier remit")
    return Rule(
        name=table.get("name", ""),
        match=tuple((name, _texts(table[name])) for name in _FIELDS if name in table),
        charge=_cents(table["charge"], place) if "charge" in table else None,
        nth=table.get("nth", 0),
        acknowledge=acknowledge,
        status=status,
        asked=asked,
        remit=() if acknowledge == "reject" else remit,
        appeals=tuple(
            _appeal(one, f"{place} appeal {number}") for number, one in enumerate(table.get("appeal", ()), 1)
        ),
    )


def _learned(top: dict[str, Any]) -> tuple[Learned, ...]:
    try:
        return tuple(learned_of(table, f"[[learned]] {place}") for place, table in _tables(top, "learned"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ScenarioError(f"[[learned]] can't be read: {error}") from None


def _appeal(table: dict[str, Any], place: str) -> Appeal:
    if ("won" in table) == ("lost" in table):
        raise ScenarioError(f"{place}: an appeal is either won or lost")
    given = dict(table)
    if "won" in given:
        given["won"] = _remit(given["won"], f"{place} won")
    made: Appeal = _made(Appeal, given, place)
    return made


def _coverage(table: dict[str, Any], place: str) -> CoverageRule:
    given = dict(table)
    for name in ("payer_id", "member_id"):
        given[name] = _texts(given[name]) if name in given else ("*",)
    given["limits"] = tuple(tuple(one) for one in given.pop("limits", ()))
    found: CoverageRule = _made(CoverageRule, given, place, cents=("copay", "deductible"))
    if found.answer not in COVERED:
        raise ScenarioError(f"{place}: answer is one of {', '.join(COVERED)}")
    return found


def _remit(table: dict[str, Any], place: str) -> Any:
    given = dict(table)
    given["cuts"] = tuple(
        _made(Cut, cut, f"{place} cut", cents=("amount",), lists=("remarks",)) for cut in given.pop("cut", ())
    )
    denials = given.pop("deny", ())
    given["denials"] = tuple(
        _made(Denial, denial, f"{place} deny", lists=("remarks", "lines"))
        for denial in ([denials] if isinstance(denials, dict) else denials)
    )
    given["shares"] = tuple((int(line), int(share)) for line, share in given.pop("shares", ()))
    given["drg"] = tuple((drg, _cents(dollars, place)) for drg, dollars in given.pop("drg", {}).items())
    cents = ("deductible", "copay", "fee", "interest", "per_diem", "annual_maximum")
    return _made(Remit, given, place, cents=cents, lists=("remarks",))


def _made(
    kind: Any, table: dict[str, Any], place: str, *, cents: tuple[str, ...] = (), lists: tuple[str, ...] = ()
) -> Any:
    """A dataclass from a table; unknown and missing keys are refused."""
    _known(table, place, *kind.__dataclass_fields__)
    given = dict(table)
    for name in cents:
        if name in given:
            given[name] = _cents(given[name], place)
    for name in lists:
        if name in given:
            given[name] = tuple(given[name])
    try:
        return kind(**given)
    except TypeError as error:
        raise ScenarioError(f"{place}: {str(error).partition('() ')[2]}") from None


def _tables(top: dict[str, Any], name: str) -> enumerate[dict[str, Any]]:
    return enumerate(top.get(name, ()), 1)


def _known(table: dict[str, Any], place: str, *names: str) -> None:
    for name in table:
        if name not in names:
            raise ScenarioError(f"{place}: {name} is not known; known are {', '.join(names)}")


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def _cents(value: Any, place: str) -> int:
    """Cents of "12.50" or 12."""
    whole, _, part = str(value).partition(".")
    if not whole.isdigit() or len(part) > 2 or (part and not part.isdigit()) or isinstance(value, float):
        raise ScenarioError(f'{place}: dollars are written as "12.50"')
    return int(whole) * 100 + int(part.ljust(2, "0"))


def _values(claim: Claim, name: str) -> tuple[str, ...]:
    """What a claim has of a field that rules match on."""
    if name == "member_id":
        return (claim.subscriber.member_id,)
    if name == "payer_id":
        return (claim.payer.id,)
    if name == "procedure":
        return tuple(line.procedure for line in claim.lines)
    if name == "modifier":
        return tuple(modifier for line in claim.lines for modifier in line.modifiers) or ("",)
    if name == "billing_npi":
        return (claim.billing.npi,)
    return (getattr(claim, name),)
