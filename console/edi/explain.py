"""`cleanclaim edi explain`: what is in a file, in plain words."""

from dataclasses import asdict

import edi
from config.adjustment_codes import load
from console.answer import console, leave, print_json, table, visible
from console.edi.code_sets import CodeSets
from console.edi.findings import as_json
from console.edi.sources import NO_X12, FilesArgument, PhiOption, exit_code, name_of, source_of
from console.options import JsonOption
from edi.explain.words.claims import count_of


def reasons(kind: str, code: str) -> str:
    """Our words for a CARC or RARC; "" if the table lacks it."""
    found = load().get((kind, code))
    return found.meaning if found is not None else ""


def explain(files: FilesArgument, json: JsonOption = False, show_phi: PhiOption = False) -> None:
    """Explain each claim, remittance and acknowledgment in plain words.

    Patient data is masked (initials, last four characters of ids, year of birth) unless --show-phi is
    given. Exit codes: 0 no errors found, 1 the check found errors, 2 not X12. With --json:
    {"explanations": [{kind, title, sentences, columns, rows, right, bad}], "findings": [as in edi check]}.
    """
    codes = CodeSets()
    worst = 0
    explanations = []
    found = []
    for file in files:
        source = source_of(file)
        findings = edi.check(source, codes)
        code = exit_code(source, findings)
        worst = max(worst, code)
        own = {"file": name_of(file)} if len(files) > 1 else {}
        found += [{**own, **as_json(f)} for f in findings]
        for explanation in edi.explain_file(source, show_phi=show_phi, reasons=reasons):
            if json:
                explanations.append({**own, **asdict(explanation)})
            else:
                _show(explanation)
        if not json:
            errors = sum(f.severity == "error" for f in findings)
            if code == NO_X12:
                console.print(f"{visible(name_of(file))}: no X12")
            elif errors:
                console.print(
                    f"{count_of(errors, 'error', 'errors')} in {visible(name_of(file))}: cleanclaim edi check"
                )
    if json:
        print_json({"explanations": explanations, "findings": found})
    leave(worst)


def _show(explanation: edi.Explanation) -> None:
    console.print(f"[bold{' red' if explanation.bad else ''}]{visible(explanation.title)}[/]")
    for text in explanation.sentences:
        console.print(f"  {visible(text)}")
    if explanation.rows:
        used = [n for n in range(len(explanation.columns)) if any(row[n] for row in explanation.rows)]
        table(
            "",
            [explanation.columns[n] for n in used],
            [[row[n] for n in used] for row in explanation.rows],
            right=explanation.right,
        )
    console.print()
