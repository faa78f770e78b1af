"""Small files in official layouts, whole or damaged in one place, and the codes that they load."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coding.codes import Codes, library
from coding.codes import load as load_codes
from coding.codes.loaders import loaders


@dataclass(frozen=True)
class HandMade:
    """Files by what they are called here: their official name, and their text."""

    files: Mapping[str, tuple[str, str]]
    encoding: str = "utf-8"

    def written(self, folder: Path, which: str, before: str = "", after: str = "") -> Path:
        """A file as it is, or with `after` in place of `before`."""
        name, text = self.files[which]
        assert before in text
        path = folder / name
        path.write_text(text.replace(before, after) if before else text, encoding=self.encoding, newline="")
        return path

    def loaded(self, folder: Path, *which: str) -> Codes:
        """The codes of a home into which these were loaded."""
        home = folder / "codes"
        for one in which:
            library.apply(library.prepare([self.written(folder, one)], Codes()), home)
        return load_codes(home)


def recognised_by(path: Path) -> int:
    """How many loaders take a file for theirs."""
    return sum(loader.recognises(path.name, path.read_bytes()[:65536]) for loader in loaders())
