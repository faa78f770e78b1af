"""The jobs that `bench/edi.py` measures: ours beside those of pyx12, x12sdk and oxedi.

A job is given a path and a number of claims, and gives what is to be run, again and again. What is
run gives how many claims it met, or the seconds of it that do not count.
"""

import io
import logging
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import edi
from bench import edi_files
from edi.records import Claim

Run = Callable[[], float | None]  # the seconds of it that do not count


class Wrong(Exception):
    """A job did not find what is in its file."""


def _all(expected: int, found: int) -> None:
    if expected != found:
        raise Wrong(f"{found} claims of {expected}")


# -- 835: read into records, balances checked


def read_ours(path: Path, count: int) -> Run:
    """Streamed; of each claim its number, amounts and adjustments, its lines left as they were cut out."""

    def run() -> None:
        found = 0
        for remittance in edi.read_remittances(path):
            for claim in remittance.claims:
                _touch(claim)
                found += 1
            _clean(remittance)
        _all(count, found)

    return run


def read_ours_whole(path: Path, count: int) -> Run:
    """The same, and of each line its code, amounts and adjustments."""

    def run() -> None:
        found = 0
        for remittance in edi.read_remittances(path):
            for claim in remittance.claims:
                _touch(claim)
                for line in claim.lines:
                    line.procedure, line.charge, line.paid, line.adjustments  # noqa: B018
                found += 1
            _clean(remittance)
        _all(count, found)

    return run


def _touch(claim: edi.ClaimPayment) -> None:
    claim.patient_control_number, claim.charge, claim.paid, claim.adjustments  # noqa: B018


def _clean(remittance: edi.Remittance) -> None:
    if remittance.findings:
        raise Wrong(f"a finding: {remittance.findings[0].code}")


def read_oxedi(path: Path, count: int) -> Run:
    """Its columns and diagnostics; nothing of them is a Python value yet."""
    import oxedi

    def run() -> None:
        result = oxedi.parse(path.read_bytes())
        if result.diagnostics:
            raise Wrong(str(result.diagnostics[0]))
        _all(count, result.count_claims())

    return run


def read_oxedi_values(path: Path, count: int) -> Run:
    """The same, and a walk over claims, lines and adjustments: what our records have, as Python values."""
    import oxedi

    from bench.oxedi_columns import columns

    def run() -> None:
        result = oxedi.parse(path.read_bytes())
        if result.diagnostics:
            raise Wrong(str(result.diagnostics[0]))
        tables = result.tables
        claims = columns(
            tables["claims"],
            "claim_id claim_status charge_amount payment_amount patient_responsibility filing_indicator "
            "payer_control_number facility_type frequency_code",
        )
        adjustments: list[list[Any]] = [[] for _ in claims[0]]
        lines: list[list[Any]] = [[] for _ in claims[0]]
        wanted = columns(tables["adjustments"], "claim service group_code reason_code amount")
        for adjustment in zip(*wanted, strict=True):
            adjustments[adjustment[0]].append(adjustment)
        wanted = columns(
            tables["services"],
            "claim procedure_qualifier procedure_code charge_amount payment_amount units_paid service_date "
            "line_item_control_number",
        )
        for line in zip(*wanted, strict=True):
            lines[line[0]].append(line)
        _all(count, sum(1 for _ in zip(*claims, adjustments, lines, strict=True)))

    return run


def read_x12sdk(path: Path, count: int) -> Run:
    """Its models, which are made only of what is valid."""

    def run() -> None:
        _x12sdk_models(path)

    return run


def validate_pyx12(path: Path, count: int) -> Run:
    """A walk through its maps, with a 999; it makes no records."""
    # pyx12 has no types.
    import pyx12.params  # type: ignore[import-untyped]
    import pyx12.x12n_document  # type: ignore[import-untyped]

    def run() -> None:
        logging.disable(logging.CRITICAL)
        accepted = pyx12.x12n_document.x12n_document(
            param=pyx12.params.params(), src_file=str(path), fd_997=io.StringIO(), fd_html=None
        )
        if not accepted:
            raise Wrong("pyx12 refuses the file")

    return run


# -- 837P: checked (x12sdk and pyx12 by the jobs above)


def check_ours(path: Path, count: int) -> Run:
    """To SNIP 5, with code sets plugged in as `cleanclaim edi check` does, none of them missing."""
    from bench.edi_code_sets import LoadedCodeSets

    codes = LoadedCodeSets()

    def run() -> None:
        findings = edi.check(path, codes)
        if findings:
            raise Wrong(f"a finding: {findings[0].code}")

    return run


# -- 837P: written


def write_ours(path: Path, count: int) -> Run:
    """Records to a file, as they come; making the records does not count."""

    def run() -> float:
        standing = [0.0]
        with path.with_suffix(".written").open("wb") as out:
            edi.write_claims(_made(count, standing), edi_files.envelope(), to=out)
        return standing[0]

    return run


def _made(count: int, standing: list[float]) -> Iterator[Claim]:
    """Claims, made a hundred at a time while the clock stands."""
    claims = edi_files.claims(count)
    while True:
        began = time.process_time()
        several = list(islice(claims, 100))
        standing[0] += time.process_time() - began
        if not several:
            return
        yield from several


def write_x12sdk(path: Path, count: int) -> Run:
    """Its models back to X12; reading them does not count."""
    models = _x12sdk_models(path)

    def run() -> None:
        with path.with_suffix(".written").open("wb") as out:
            for model in models:
                out.write(model.x12().encode())

    return run


def _x12sdk_models(path: Path) -> list[Any]:
    from x12sdk.io import X12ModelReader

    with X12ModelReader(str(path)) as reader:
        return list(reader.models())
