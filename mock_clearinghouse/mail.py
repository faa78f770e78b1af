"""What goes on paper: letters to payers in `mail/in`, and their letters in `mail/out`.

A client drops a letter about a claim into `mail/in` under the payer's own number of the claim, as it would
stand on the envelope: `HRB0100000021.pdf`, a second one as `HRB0100000021-2.pdf`. It is read with the next
business date; what it says is not: the scenario decides what becomes of it.
"""

from datetime import date
from pathlib import Path

from mock_clearinghouse.state import State


class Mail:
    """The letters under a folder."""

    def __init__(self, folder: Path, state: State) -> None:
        self._in, self._out = folder / "in", folder / "out"
        self._state = state
        for one in (self._in, self._out):
            one.mkdir(parents=True, exist_ok=True)

    def open_post(self, night: int, day: date) -> None:
        """Reads the letters that came since the last business date."""
        for path in sorted(self._in.iterdir()):
            if path.name.startswith(".") or self._state.knows_letter(path.name):
                continue
            known = self._state.claim_of_number(path.stem.partition("-")[0])
            self._state.add_letter(path.name, known.id if known else 0, night)
            if known is None:
                self.write(path.name, "We have no claim of this number.", day)

    def write(self, about: str, words: str, day: date) -> None:
        """A payer's letter about one that it got; written again it is the same."""
        (self._out / f"{Path(about).stem}.txt").write_text(f"{day}\n\n{words}\n", "utf-8")
