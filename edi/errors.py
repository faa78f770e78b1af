"""The exceptions of `edi`.

    EdiError                   broken use or broken machinery; content that is read never raises
    ├── CharacterError         a value to be written holds a delimiter or a control character
    ├── UnwritableError        a value cannot be written as its element's type
    └── SourceError            a source that is no path, bytes or binary stream

Each has a stable `code` and a `place`; neither message nor place ever holds a value.
"""


class EdiError(Exception):
    """Base of all. `code` is stable; `place` says where (claim, loop, element)."""

    code = "EDI-00"

    def __init__(self, message: str, place: str = "") -> None:
        self.place = place
        self.message = message
        super().__init__(f"{place}: {message}" if place else message)

    def at(self, place: str) -> "EdiError":
        """The same error, seen from further out: its place is put before."""
        self.place = f"{place}, {self.place}" if self.place else place
        self.args = (f"{self.place}: {self.message}",)
        return self


class CharacterError(EdiError):
    """A value holds an active delimiter, a control or a non-ASCII character: it is not written."""

    code = "EDI-01"


class UnwritableError(EdiError):
    """A value that its element's type cannot express."""

    code = "EDI-02"


class SourceError(EdiError):
    """The source is no path, bytes or binary stream."""

    code = "EDI-03"
