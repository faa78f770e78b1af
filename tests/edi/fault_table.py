"""Writes docs/edi-faults.md: which validator finds which single fault. `python -m tests.edi.fault_table`

The page is checked by a test against the faults and our own findings; the other columns need the
referees for every fault, which takes a minute or two, so they are written by this command alone.
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import edi
from tests.edi.faults import Fault, clean, damaged, load
from tests.edi.referees import JUDGES, REFEREES

PAGE = Path(__file__).parents[2] / "docs" / "edi-faults.md"
COLUMNS = ("edi", *REFEREES)
INTRODUCTION = """# Single faults, and who finds them

Each fault is put alone into a clean file (`tests/edi/clean`), which all validators accept. `yes`: it is
found. `edi` must also name the place, and give nothing else; of the others it is asked only whether they
refuse the file. `-`: the validator does not judge such files. Made by `python -m tests.edi.fault_table`;
the faults stand in `tests/edi/faults.tsv`.
"""


def found(fault: Fault) -> bool:
    """Whether `edi` gives this fault, in its place, and nothing else."""
    here = [(f.code, f.severity, f.snip, f.loop, f.segment, f.element) for f in edi.check(damaged(fault))]
    return here == [(fault.code, fault.severity, fault.snip, fault.loop, fault.segment, fault.element)]


def row(fault: Fault, judged: Callable[[str, Fault], str]) -> str:
    """A line of the table."""
    cells = (
        fault.kind,
        str(fault.snip),
        fault.name,
        fault.place,
        fault.code,
        "yes" if found(fault) else "no",
        *(judged(name, fault) for name in REFEREES),
    )
    return f"| {' | '.join(cells)} |"


def judge(name: str, fault: Fault) -> str:
    """What a referee says: it is run."""
    if fault.kind not in JUDGES[name]:
        return "-"
    return "no" if REFEREES[name](damaged(fault)) else "yes"


def page(faults: Iterable[Fault], judged: Callable[[str, Fault], str]) -> str:
    """The whole page."""
    rows = [row(fault, judged) for fault in faults]
    cells = [[c.strip() for c in r.strip("|").split("|")][-len(COLUMNS) :] for r in rows]
    totals = []
    for n, name in enumerate(COLUMNS):
        answers = [r[n] for r in cells if r[n] != "-"]
        totals.append(f"{name} finds {answers.count('yes')} of {len(answers)}")
    head = "| file | SNIP | fault | place | finding | " + " | ".join(COLUMNS) + " |"
    lines = [INTRODUCTION, "; ".join(totals) + ".", "", head, "|---|---|---|---|---|" + "---|" * len(COLUMNS)]
    return "\n".join([*lines, *rows]) + "\n"


def written() -> dict[tuple[str, str], dict[str, str]]:
    """The page's answers of the referees, by kind and name of the fault."""
    answers = {}
    for text in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if len(cells) == 5 + len(COLUMNS) and cells[1].isdigit():
            answers[cells[0], cells[2]] = dict(zip(COLUMNS, cells[5:], strict=True))
    return answers


def main() -> int:
    """Write the page anew. Exit 1 where a referee refuses a clean file: its column would say nothing."""
    faults = load()
    for file, kind in {f.file: f.kind for f in faults}.items():
        for name, accepts in REFEREES.items():
            if kind in JUDGES[name] and not accepts(clean(file).encode()):
                print(f"{name} refuses the clean {kind}")
                return 1
    PAGE.write_text(page(faults, judge), encoding="utf-8")
    print(PAGE.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
