"""`cleanclaim edi explain`: what is in a file, as a person would tell it."""

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
    """Our words for a CARC or RARC; "" for one that the table lacks."""
    found = load().get((kind, code))
    return found.meaning if found is not None else ""


def explain(files: FilesArgument, json: JsonOption = False, show_phi: PhiOption = False) -> None:
    """Tell what is in files: each claim, remittance and acknowledgment in plain words.

    Patients are masked (initials, last four of ids, year of birth) unless --show-phi is given. Exit code
    0: told, and the check found no error. 1: told, and the check found errors. 2: no X12. With --json:
    {"stories": [{kind, title, says, columns, rows, right, bad}], "findings": [...] as of edi check}.
    """
    codes = CodeSets()
    worst = 0
    stories = []
    told = []
    for file in files:
        source = source_of(file)
        findings = edi.check(source, codes)
        code = exit_code(source, findings)
        worst = max(worst, code)
        own = {"file": name_of(file)} if len(files) > 1 else {}
        told += [{**own, **as_json(f)} for f in findings]
        for story in edi.tell(source, show_phi=show_phi, reasons=reasons):
            if json:
                stories.append({**own, **asdict(story)})
            else:
                _show(story)
        if not json:
            errors = sum(f.severity == "error" for f in findings)
            if code == NO_X12:
                console.print(f"{visible(name_of(file))}: no X12")
            elif errors:
                console.print(
                    f"{count_of(errors, 'error', 'errors')} in {visible(name_of(file))}: cleanclaim edi check"
                )
    if json:
        print_json({"stories": stories, "findings": told})
    leave(worst)


def _show(story: edi.Story) -> None:
    console.print(f"[bold{' red' if story.bad else ''}]{visible(story.title)}[/]")
    for said in story.says:
        console.print(f"  {visible(said)}")
    if story.rows:
        used = [n for n in range(len(story.columns)) if any(row[n] for row in story.rows)]
        table(
            "",
            [story.columns[n] for n in used],
            [[row[n] for n in used] for row in story.rows],
            right=story.right,
        )
    console.print()
