"""Every measure: its sentence, and what stands above and below the line."""

from collections.abc import Iterator

from tasks.measures.formulas import FORMULAS, Formula

HEAD = """# Measures

Generated from `tasks/measures/formulas.py`. `cleanclaim measures --from DAY --to DAY` shows them;
`cleanclaim measures show NAME` lists the claims that one counts, with what each counts above the line and
below it: the lists add up to the fraction. `--practice` and `--payer` ask for a part.

* A period has both its days in it. They are business dates, those of the nightly runs and of what people did.
  Without `--from` it begins 89 days before its end; without `--to` it ends today.
* A claim is counted once, with its first payer, where claims are counted. What an older system had sent, and
  what only asks what would be paid, is not counted among claims that went out.
* Claims, touches and deadlines are of the period; what became of them counts up to now, so that a young
  period still changes. What is owed is as it was at the end of the period.
* Amounts of a payer are those that it owes and paid; what patients owe and paid is no payer's.
"""

_UNITS = {"rate": "A share.", "days": "In days.", "each": "A count for each."}


def pages() -> dict[str, str]:
    return {"reference/measures.md": "\n".join([HEAD, *(line for one in FORMULAS for line in _told(one))])}


def _told(one: Formula) -> Iterator[str]:
    yield f"## {one.title}"
    yield ""
    yield f"`{one.name}`. {one.sentence} {_UNITS[one.unit]} {one.better.capitalize()} is better."
    yield ""
    yield f"* **Numerator** ({one.counts}): {one.numerator}"
    yield f"* **Denominator** ({one.of}): {one.denominator}"
    yield ""
