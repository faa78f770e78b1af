"""Write the generated references, or with --check say which are not current.

A page is generated from the code that it describes, so it cannot lie: each source below returns
the pages it owns, `{path under docs/: text}`. Run it as `python -m docs.generate`.
"""

import argparse
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

DOCS = Path(__file__).parent
SOURCES = tuple(sorted(path.stem for path in (DOCS / "sources").glob("*.py") if path.stem != "__init__"))


def pages() -> dict[str, str]:
    """Every generated page by its path under docs/."""
    found: dict[str, str] = {}
    for name in SOURCES:
        for path, text in importlib.import_module(f"docs.sources.{name}").pages().items():
            if path in found:
                raise ValueError(f"docs/{path} is written by two sources, the second is {name}")
            found[path] = text if text.endswith("\n") else text + "\n"
    return found


def stale(wanted: dict[str, str]) -> list[str]:
    """The paths whose file is absent, differs, or lies in reference/ though nothing generates it."""
    differing = [
        path
        for path, text in wanted.items()
        if not (DOCS / path).is_file() or (DOCS / path).read_text(encoding="utf-8") != text
    ]
    left_over = [
        str(path.relative_to(DOCS))
        for path in (DOCS / "reference").rglob("*")
        if path.is_file() and str(path.relative_to(DOCS)) not in wanted
    ]
    return sorted(differing + left_over)


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 where a page is not current"
    )
    options = parser.parse_args(None if arguments is None else list(arguments))
    wanted = pages()
    differing = stale(wanted)
    if options.check:
        for path in differing:
            print(f"docs/{path} is not current: run `make docs` and commit it")
        return 1 if differing else 0
    for path in differing:
        if path in wanted:
            (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
            (DOCS / path).write_text(wanted[path], encoding="utf-8")
        else:
            (DOCS / path).unlink()
        print(f"docs/{path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
