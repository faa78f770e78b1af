"""What people and clinicians call what a code is for, beside its title: our own small index.

One code or heading a line in `own_index.txt`, with phrases after it. Unlike those of `coder_words.txt`,
which are replaced in a question, these are found as titles are: in any order, in part, among other words.
"""

from pathlib import Path

_FILE = Path(__file__).with_suffix(".txt")


def own_index() -> list[tuple[str, str]]:
    """(code without its dot, what it is called), in the order of the file."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    rows = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return [(code, phrase.strip()) for code, phrases in rows for phrase in phrases.split(";")]
