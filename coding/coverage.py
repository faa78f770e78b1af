"""The coverage policies that judge a line: the payer's own, and Medicare's that a home has loaded."""

from collections.abc import Iterator
from functools import lru_cache

from coding.carried import Facts
from coding.codes.table import Table, day_number
from coding.context import Context, CoveragePolicy, PayerRules
from coding.medicare import to_medicare
from edi.records import Claim, ServiceLine

#: Modifiers by which the claim says itself that the payer may not cover the service.
EXPECTED_DENIAL = frozenset({"GA", "GX", "GY", "GZ"})

_LOADED: Facts = frozenset({"procedure:policy"})


def policed(payer: PayerRules) -> Facts:
    """What a line carries that a policy may judge: a procedure of the payer's own, or of a loaded one."""
    return _LOADED.union(*(policy.procedures for policy in payer.policies))


def policies_for(claim: Claim, context: Context) -> Iterator[tuple[ServiceLine, CoveragePolicy]]:
    """Each line with each policy that is in force for it, but lines that expect a denial."""
    own = context.payer.policies if context.payer is not None else ()
    loaded = context.codes.has("coverage_policies") and to_medicare(claim, context)
    if not own and not loaded:
        return
    for line in claim.lines:
        day = line.service_from
        if day is None or not EXPECTED_DENIAL.isdisjoint(line.modifiers):
            continue
        for policy in own:
            if line.procedure in policy.procedures and policy.holds_on(day):
                yield line, policy
        table = context.codes.table("coverage_policies", day) if loaded else None
        for policy in _loaded(table, line.procedure, day_number(day)) if table is not None else ():
            yield line, policy


@lru_cache(maxsize=4096)
def _loaded(table: Table, procedure: str, day: int) -> tuple[CoveragePolicy, ...]:
    """The policies of a procedure that a home has loaded, in force on a day."""
    found: dict[tuple[str, int, int], list[str]] = {}
    for start, end, diagnosis, times, days, place, length in table.rows(procedure):
        if start <= day <= end:
            name = table.text_at(place, length).decode()
            found.setdefault((name, times, days), []).append(diagnosis.decode().strip())
    return tuple(
        CoveragePolicy(
            name=name,
            procedures=frozenset({procedure}),
            diagnoses=() if "" in diagnoses else tuple(diagnoses),
            times=times,
            days=days,
        )
        for (name, times, days), diagnoses in found.items()
    )
