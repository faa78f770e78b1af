"""All partners of a home: practices, payers and clearinghouses, one TOML file each.

`load(HOME/partners)` reads them, checks that they fit together, and looks them up by any id that
a document, a claim or a remittance may carry.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from config.clearinghouse import Clearinghouse, Receiver, Submitter
from config.errors import ConfigurationError
from config.payer import EditSwitch, Payer, PayerPolicy
from config.practice import PartnerModel, PostalAddress, Practice, PracticeProvider
from config.sending_hours import SendingHours
from config.toml_file import read_model

__all__ = [
    "DEMO",
    "Clearinghouse",
    "ConfigurationError",
    "EditSwitch",
    "Partners",
    "Payer",
    "PayerPolicy",
    "PostalAddress",
    "Practice",
    "PracticeProvider",
    "Receiver",
    "SendingHours",
    "Submitter",
    "load",
]

DEMO = Path(__file__).parent / "demo"
"""The invented partners of `cleanclaim demo`."""

Model = TypeVar("Model", bound=PartnerModel)


@dataclass(frozen=True, slots=True)
class Partners:
    """The partners of one home, by key. A home without partners is allowed: it contacts nobody."""

    practices: Mapping[str, Practice] = field(default_factory=dict)
    payers: Mapping[str, Payer] = field(default_factory=dict)
    clearinghouses: Mapping[str, Clearinghouse] = field(default_factory=dict)
    _named: dict[str, list[Payer]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _numbered: dict[str, list[Practice]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for payer in self.payers.values():
            for name in _names(payer):
                self._named.setdefault(name, []).append(payer)
        for practice in self.practices.values():
            for number in {practice.npi, practice.tax_id}:
                self._numbered.setdefault(number, []).append(practice)

    def practice(self, name: str) -> Practice | None:
        """By key, NPI or tax id. None where there is none, or where a tax id is shared by several."""
        name = name.strip()
        if found := self.practices.get(name.lower()):
            return found
        digits = name.replace("-", "")
        return _only(self._numbered.get(digits, ()) if digits else ())

    def practice_by_folder(self, folder: str) -> Practice | None:
        """By its subfolder of the inbox."""
        return _only(p for p in self.practices.values() if p.folder == folder)

    def practice_of_facility(self, npi: str) -> Practice | None:
        """Whose a document of this facility is: the only practice that lists it."""
        return _only(p for p in self.practices.values() if npi and npi in p.facilities)

    def practice_of_provider(self, npi: str) -> Practice | None:
        """The only practice on whose roster a provider is."""
        return _only(p for p in self.practices.values() if npi and p.provider(npi) is not None)

    def is_of(self, practice: Practice, name: str) -> bool:
        """Whether a document's word for its practice (key, NPI, tax id, facility) means this one."""
        digits = name.strip().replace("-", "")
        return (
            name.strip().lower() == practice.key
            or digits in (practice.npi, practice.tax_id)
            or digits in practice.facilities
        )

    def practice_of_payee(self, npi: str, tax_id: str = "") -> Practice | None:
        """The practice that an 835 pays: by NPI (N104 with XX), else by tax id."""
        return (self.practice(npi) if npi else None) or (self.practice(tax_id) if tax_id else None)

    def payer(self, name: str) -> Payer | None:
        """By key, payer id, one of its other ids, or its whole name; upper and lower case alike."""
        wanted = name.strip().casefold()
        if not wanted:
            return None
        if found := self.payers.get(wanted):
            return found
        return _only(self._named.get(wanted, ()))

    def payer_key(self, name: str) -> str:
        """The key of a payer by its key, id or name; of a payer without a file what is given."""
        found = self.payer(name)
        return found.key if found is not None else name

    def clearinghouse(self, key: str) -> Clearinghouse | None:
        return self.clearinghouses.get(key)

    def clearinghouse_of(self, payer: Payer) -> Clearinghouse:
        return self.clearinghouses[payer.clearinghouse]

    def clearinghouse_by_sender(self, sender_id: str, usage: str | None = None) -> Clearinghouse | None:
        """Who sent an interchange: by its ISA06 (our ISA08), and ISA15 where test and production share it."""
        sender_id = sender_id.strip()
        return _only(
            c for c in self.clearinghouses.values() if c.receiver_id == sender_id and usage in (None, c.usage)
        )

    def __bool__(self) -> bool:
        return bool(self.practices or self.payers or self.clearinghouses)


def load(directory: Path) -> Partners:
    """Reads practices/, payers/ and clearinghouses/ of HOME/partners; absent folders are empty.

    Relative paths in a clearinghouse's file count from HOME.
    Raises `ConfigurationError` with the file, the key and the remedy.
    """
    practices = _read(Practice, directory / "practices")
    payers = _read(Payer, directory / "payers")
    home = directory.absolute().parent
    clearinghouses = {
        key: (path, clearinghouse.under(home))
        for key, (path, clearinghouse) in _read(Clearinghouse, directory / "clearinghouses").items()
    }
    partners = Partners(_by_key(practices), _by_key(payers), _by_key(clearinghouses))
    _refuse_twice(((str(path), "npi", p.npi) for path, p in practices.values()), "practice")
    _refuse_twice(((str(path), "inbox", p.folder) for path, p in practices.values()), "practice")
    _refuse_twice(
        ((str(path), "payer_id", name) for path, p in payers.values() for name in _names(p)), "payer"
    )
    _refuse_twice(
        ((str(path), "receiver_id", f"{c.receiver_id} {c.usage}") for path, c in clearinghouses.values()),
        "clearinghouse",
    )
    for path, payer in payers.values():
        if payer.clearinghouse not in clearinghouses:
            raise ConfigurationError(
                "CFG-06",
                str(path),
                "clearinghouse",
                f"no clearinghouses/{payer.clearinghouse}.toml; add it or name another",
            )
    return partners


def mark(directory: Path) -> int:
    """A number that is another one where a partner's file says something else, wherever the home lies."""
    found = 0
    for file in sorted(directory.glob("*/*.toml")):
        name = f"{file.parent.name}/{file.name}\0"
        found = zlib.crc32(name.encode("utf-8", "surrogateescape") + file.read_bytes(), found)
    return found


def _read(model: type[Model], folder: Path) -> dict[str, tuple[Path, Model]]:
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return {path.stem: (path, read_model(model, path, key=path.stem)) for path in files}


def _by_key(found: Mapping[str, tuple[Path, Model]]) -> dict[str, Model]:
    return {key: model for key, (_, model) in found.items()}


def _names(payer: Payer) -> set[str]:
    return {name.casefold() for name in (payer.payer_id, *payer.other_ids, payer.name)}


def _only(found: Iterable[Model]) -> Model | None:
    matches = list(found)
    return matches[0] if len(matches) == 1 else None


def _refuse_twice(entries: Iterable[tuple[str, str, str]], what: str) -> None:
    seen: dict[str, str] = {}
    for file, key, value in entries:
        if seen.setdefault(value, file) != file:
            raise ConfigurationError(
                "CFG-05", file, key, f"another {what} has the same: {seen[value]}; correct one of them"
            )
