"""What people and clinicians call what a code is for, beside its title: our own small index.

One code or heading a line in `own_index.txt`, with phrases after it. Unlike those of `coder_words.txt`,
which are replaced in a question, these are found as titles are: in any order, in part, among other words.
`descriptions.txt` has what is said *about* a condition, in words and short phrases between commas: the more
of them a question has the better it fits, and those that it does not have count for nothing.
"""

from pathlib import Path

_FILE = Path(__file__).with_suffix(".txt")
_DESCRIPTIONS = _FILE.with_name("descriptions.txt")


def own_index() -> list[tuple[str, str]]:
    """(code without its dot, what it is called), in the order of the file."""
    return [(code, phrase.strip()) for code, phrases in _rows(_FILE) for phrase in phrases.split(";")]


def descriptions() -> list[tuple[str, tuple[str, ...]]]:
    """(code without its dot, what is said about it), in the order of the file."""
    return [(code, tuple(p.strip() for p in said.split(","))) for code, said in _rows(_DESCRIPTIONS)]


def _rows(file: Path) -> list[tuple[str, str]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return [(code, said) for code, said in rows]
