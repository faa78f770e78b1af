"""The measures, each in a sentence and as a fraction of two things that can be listed.

They follow what is usual in revenue cycle reporting, with the words and rows of this ledger. What each counts
is in `ledger/queries/measures`.
"""

from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["rate", "days", "each"]
"""rate: a share of 1; days: the fraction times the days of the period; each: so many for one."""
Counts = Literal["claims", "cents", "touches", "deadlines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A measure in words. `counts` and `of` say what stands above the line and below it; `better`: whether
    more of it is good news, or less."""

    name: str
    title: str
    sentence: str
    numerator: str
    denominator: str
    counts: Counts
    of: Counts
    unit: Unit
    better: Literal["more", "less"]


_RECOVERED: Final = "paid on them since they were opened, at most what was denied"
_OPENED: Final = "what was denied when the work was opened"


def _recovery(act: str, title: str, of: str) -> Formula:
    return Formula(
        name=f"recovery-by-{act}",
        title=title,
        sentence=f"Of denied amounts whose work ended in the period {of}, the share that was paid after all.",
        numerator=_RECOVERED,
        denominator=_OPENED,
        counts="cents",
        of="cents",
        unit="rate",
        better="more",
    )


FORMULAS: Final = (
    Formula(
        name="clean-claims",
        title="Clean claim rate",
        sentence="Of the claims that first went out in the period, the share that no edit held overnight and "
        "no 999 or 277CA rejected.",
        numerator="claims that no edit held before they went out and no acknowledgment rejected",
        denominator="claims that first went to their first payer in the period",
        counts="claims",
        of="claims",
        unit="rate",
        better="more",
    ),
    Formula(
        name="first-pass",
        title="First-pass yield",
        sentence="Of the claims that first went out in the period and were rejected or answered, the share "
        "whose payer decided them at the first pass and denied nothing.",
        numerator="claims that were not rejected, and of which the first answer denied nothing",
        denominator="claims that first went out in the period and were rejected or answered since",
        counts="claims",
        of="claims",
        unit="rate",
        better="more",
    ),
    Formula(
        name="initial-denials",
        title="Initial denial rate",
        sentence="Of the claims that their first payer first answered in the period, the share of which it "
        "denied a line or all in that answer.",
        numerator="claims of which the first answer denied something",
        denominator="claims that their first payer first answered in the period",
        counts="claims",
        of="claims",
        unit="rate",
        better="less",
    ),
    Formula(
        name="initial-denied-dollars",
        title="Initial denial rate in dollars",
        sentence="Of what the claims charged that their first payer first answered in the period, the share "
        "charged for lines of which it denied something in that answer.",
        numerator="charged for lines of which the first answer denied something",
        denominator="charged to their first payer by the claims that it first answered in the period",
        counts="cents",
        of="cents",
        unit="rate",
        better="less",
    ),
    Formula(
        name="days-in-ar",
        title="Days in A/R",
        sentence="What payers and patients owe at the end of the period, over what was charged on an average "
        "day of it.",
        numerator="owed by payers and patients at the end of the period",
        denominator="charged in the period; the fraction is taken times the days of the period",
        counts="cents",
        of="cents",
        unit="days",
        better="less",
    ),
    Formula(
        name="over-90-days",
        title="A/R over 90 days",
        sentence="Of what payers and patients owe at the end of the period, the share whose service was more "
        "than 90 days before.",
        numerator="owed of services more than 90 days before the end of the period",
        denominator="owed by payers and patients at the end of the period",
        counts="cents",
        of="cents",
        unit="rate",
        better="less",
    ),
    Formula(
        name="net-collection",
        title="Net collection rate",
        sentence="What was paid for claims in the period, less what went back, over what was charged in it "
        "less what was adjusted by contract.",
        numerator="paid for claims by payers and patients, less refunds and takebacks",
        denominator="charges less contractual adjustments",
        counts="cents",
        of="cents",
        unit="rate",
        better="more",
    ),
    Formula(
        name="touches",
        title="Touches a claim",
        sentence="How many times people did something about a claim, of those that they did anything about "
        "in the period. One person on one business date is one touch, whatever was done.",
        numerator="touches: one for each claim, person and business date",
        denominator="claims that a person did anything about",
        counts="touches",
        of="claims",
        unit="each",
        better="less",
    ),
    Formula(
        name="recovery",
        title="Recovery",
        sentence="Of denied amounts whose work ended in the period, the share that was paid after all.",
        numerator=_RECOVERED,
        denominator=_OPENED,
        counts="cents",
        of="cents",
        unit="rate",
        better="more",
    ),
    _recovery("appeal", "Recovery by appeal", "and that were appealed"),
    _recovery("correction", "Recovery by correction", "and whose claim was corrected or taken back"),
    _recovery("records", "Recovery by records", "and for which records were sent"),
    _recovery("to-patient", "Recovery of what became the patient's", "as the patient's"),
    _recovery("write-off", "Recovery of what was written off", "by a write-off"),
    _recovery("other", "Recovery without an act on record", "with none of these"),
    Formula(
        name="deadlines-missed",
        title="Deadlines missed",
        sentence="Of the last days to appeal, correct or file that lay in the period and are past, the share "
        "on which the work was not over, nor appealed, nor its claim corrected.",
        numerator="last days that passed with nothing done",
        denominator="last days of denied or rejected work that lay in the period and are past",
        counts="deadlines",
        of="deadlines",
        unit="rate",
        better="less",
    ),
)
"""In the order in which they are shown."""

BY_NAME: Final = {one.name: one for one in FORMULAS}
