"""`python -m bench`: every measurement there is, one after another, on this machine.

A measurement is a module of this folder with a `main`; names given on the command line choose some.
"""

import ast
import subprocess
import sys
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
    chosen = sys.argv[1:] or measurements()
    failed = 0
    for name in chosen:
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
