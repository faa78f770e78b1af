"""Every edit there is, found by listing `coding/edits`: adding one touches no other file."""

import importlib
from pathlib import Path

from coding.edit import Edit

_FOLDER = Path(__file__).parent / "edits"


class DuplicateEditError(Exception):
    """Two files declare the same id. Ids are unique and never reused."""

    code = "CODING-DUPLICATE-EDIT"


def discover() -> dict[str, Edit]:
    """The edits by id, in the order of their ids.

    Raises:
        DuplicateEditError: two files declare one id.
    """
    found: dict[str, Edit] = {}
    for file in sorted(_FOLDER.glob("*.py")):
        if file.stem == "__init__":
            continue
        module = importlib.import_module(f"coding.edits.{file.stem}")
        for thing in vars(module).values():
            if isinstance(thing, Edit):
                if thing.id in found:
                    raise DuplicateEditError(
                        f"{thing.id} is declared in {file.name} and in another file of coding/edits"
                    )
                found[thing.id] = thing
    return dict(sorted(found.items()))


EDITS: dict[str, Edit] = discover()
