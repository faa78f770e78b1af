"""Single mistakes of structure in clean files: each mandatory segment deleted, doubled or renamed.

`python -m tests.edi.single_mistakes` counts the findings that each gives; one is right.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import edi
from edi.declare.nodes import Loop
from edi.read.tree import TransactionSet, read
from tests.edi.faults import counted

HERE = Path(__file__).parent
FILES = sorted([*(HERE / "clean").glob("*.edi"), *(HERE / "whole").glob("*.edi")])


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake at one segment: `position` counts from ST."""

    file: str
    what: str  # deleted, doubled, renamed
    loop: str
    segment: str
    position: int
    data: bytes

    def __str__(self) -> str:
        return f"{self.file} {self.what} {self.loop} {self.segment} at {self.position}"


def mandatory(loop: Loop, inside: str = "") -> Iterator[tuple[str, object, bool, int]]:
    """Each mandatory segment of a transaction: loop, segment, whether it begins a loop, its qualifier."""
    members = {m.name: m for m in loop.MEMBERS}
    for n, (name, member) in enumerate(members.items()):
        held = loop.__dict__.get(name)
        for part in held if isinstance(held, list) else (held,) if held is not None else ():
            if isinstance(part, Loop):
                yield from mandatory(part, part.ID)
            elif member.required:
                at, _ = type(part).KEY
                yield inside or "ST", part, n == 0, at if member.qualifiers else 0


def mistakes(path: Path) -> Iterator[Mistake]:
    """All of one file, one transaction set in it."""
    text = path.read_text("ascii").replace("\n", "")
    segments = text.split("~")
    start = next(i for i, s in enumerate(segments) if s.startswith("ST*"))
    part = next(p for p in read(text.encode()) if isinstance(p, TransactionSet))
    file = f"{path.parent.name}/{path.stem}"
    for loop, segment, _, at in mandatory(part.loops):
        position = segment.position
        i = start + position - 1
        name = segments[i].split("*")[0]
        changes = [("deleted", []), ("doubled", [segments[i], segments[i]])]
        if at:
            elements = segments[i].split("*")
            _, colon, rest = elements[at].partition(":")
            elements[at] = f"9Q{colon}{rest}"
            changes.append(("renamed", ["*".join(elements)]))
        for what, new in changes:
            if name == "ST" and what == "deleted":
                changed = [*segments[:i], *segments[i + 1 :]]
                stop = next(n for n, s in enumerate(changed) if s.startswith("SE*"))
                changed[stop] = f"SE*{stop - start + 1}*{changed[stop].split('*')[2]}"
                made = "~".join(changed)
            elif name == "SE":
                made = "~".join([*segments[:i], *new, *segments[i + 1 :]])
            else:
                made = counted("~".join([*segments[:i], *new, *segments[i + 1 :]]))
            yield Mistake(file, what, loop, name, position, made.encode())


def findings(data: bytes) -> list[edi.Finding]:
    return [f for f in edi.check(data) if f.severity in ("error", "warning")]


def main() -> int:
    total: Counter[tuple[str, str]] = Counter()
    alone: Counter[tuple[str, str]] = Counter()
    for path in FILES:
        before = len(findings(path.read_bytes().replace(b"\n", b"")))
        for mistake in mistakes(path):
            found = findings(mistake.data)
            key = (mistake.file, mistake.what)
            total[key] += 1
            alone[key] += len(found) - before == 1
            if len(found) - before != 1 and "-v" in sys.argv:
                said = "; ".join(f"{f.code} {f.loop} {f.segment}@{f.position}" for f in found[:8])
                print(f"{mistake}: {len(found) - before}: {said}")
    for what in ("deleted", "doubled", "renamed"):
        one, every = (sum(n for (_, w), n in c.items() if w == what) for c in (alone, total))
        print(f"{what}: {one} of {every} give one finding ({100 * one / max(every, 1):.1f} %)")
    print(f"all: {sum(alone.values())} of {sum(total.values())}")
    for file in sorted({f for f, _ in total}):
        row = "  ".join(f"{w} {alone[file, w]}/{total[file, w]}" for w in ("deleted", "doubled", "renamed"))
        print(f"  {file}: {row}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
