"""`python -m bench`: every measurement there is, one after another, on this machine.

A measurement is a module of this folder with a `main`; names given on the command line choose some. Words
behind a name that are no names are that one's own: `python -m bench scale --claims 100000`.
"""

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).parent


def measurements() -> list[str]:
    """The modules that can be run, by name."""
    found = []
    for file in sorted(FOLDER.glob("*.py")):
        defined = {n.name for n in ast.parse(file.read_text("utf-8")).body if isinstance(n, ast.FunctionDef)}
        if "main" in defined and file.stem != "__main__":
            found.append(file.stem)
    return found


def main() -> int:
    """Runs each in a process of its own, so that none pays for another's memory."""
    failed = 0
    for name, words in chosen(sys.argv[1:], measurements()):
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", f"bench.{name}", *words]
        failed += subprocess.run(command, check=False).returncode != 0
    return 1 if failed else 0


def chosen(given: Sequence[str], there: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The measurements that were asked for, each with its own words; all of them where none is named."""
    if not given:
        return [(name, []) for name in there]
    found: list[tuple[str, list[str]]] = []
    for word in given:
        if word in there or not found:
            found.append((word, []))
        else:
            found[-1][1].append(word)
    return found


if __name__ == "__main__":
    sys.exit(main())
