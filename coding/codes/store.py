"""The store of code sets: what is shipped and what a home has loaded, opened at once, read when asked.

A question about a set that is not loaded, or about a day that no release covers, is answered with
None (or `Validity.UNCHECKED`), never with "valid".
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property, lru_cache
from itertools import permutations
from pathlib import Path
from typing import Any

from coding.codes.encoder import Encoder
from coding.codes.excludes import Excludes1
from coding.codes.icd10cm import NEVER_FIRST, OF_AGE_OR_SEX, SIDE_OPEN, Diagnoses, Diagnosis
from coding.codes.inpatient import DRG, PCS, has_drg_shape, has_pcs_shape
from coding.codes.modifiers import CPT_MODIFIERS, KNOWN
from coding.codes.places import PLACES, Place
from coding.codes.procedures import SurgeryMarks, title_of
from coding.codes.search_index import SearchIndex
from coding.codes.sides import side_named
from coding.codes.table import Header, Table, day_number
from coding.codes.tabular import Tabular
from coding.codes.validity import Validity
from coding.laboratory import is_test

SHIPPED = Path(__file__).parent / "data"
SUFFIX = ".codes"
_REMEMBERED = 50_000


class Codes:
    """Every code set that is loaded."""

    def __init__(self, tables: Iterable[Table] = ()) -> None:
        self.tables = tuple(tables)
        self.diagnoses = Diagnoses(t for t in self.tables if t.header.set == "icd10cm")
        #: `diagnosis(code)` is what is known of an ICD-10-CM code, written without its dot
        self.diagnosis: Callable[[str], Diagnosis] = self.diagnoses.get
        #: whether a diagnosis leaves the side open although codes for right and left exist
        self.side_unspecified: Callable[[str], bool] = lru_cache(_REMEMBERED)(self._side_unspecified)
        #: what `coding.carried` says of a diagnosis on a day
        self.carried: Callable[[str, date], frozenset[str]] = lru_cache(_REMEMBERED)(self._carried)
        #: what it says of a line, by procedure, modifiers, unit, units and day
        self.carried_by_line: Callable[[str, tuple[str, ...], str, str, date | None], frozenset[str]] = (
            lru_cache(_REMEMBERED)(self._carried_by_line)
        )
        #: whether the first diagnosis may not be that, one comes twice, or two exclude each other
        self.in_doubtful_order: Callable[[tuple[str, ...]], bool] = lru_cache(_REMEMBERED)(
            self._in_doubtful_order
        )
        #: the side that a diagnosis names: "R", "L", "B" for both, "" for none
        self.side: Callable[[str], str] = lru_cache(_REMEMBERED)(self._side)
        #: whether the tabular asks for another code (the cause) before this one
        self.code_first: Callable[[str], bool] = lru_cache(_REMEMBERED)(self._code_first)
        #: positions (from 0) of diagnoses that an Excludes1 note keeps apart, and where the note stands
        self.excluded_pairs: Callable[[tuple[str, ...]], tuple[tuple[int, int, str], ...]] = lru_cache(
            _REMEMBERED
        )(self._excluded_pairs)
        #: the NCCI indicator (0 never, 1 with a modifier, 9 deleted) of a pair on the day; None: no edit. The
        #: table is ncci_practitioner, ncci_hospital or ncci_medicaid
        self.pair: Callable[[str, str, str, date], int | None] = lru_cache(_REMEMBERED)(self._pair)
        #: whether some two of these procedures are an NCCI pair on the day, or the table is not loaded for it
        self.any_pair: Callable[[str, tuple[str, ...], date | None], bool] = lru_cache(_REMEMBERED)(
            self._any_pair
        )
        #: the MUE of a procedure by the table: units a day and its indicator; None: not in the file
        self.unlikely: Callable[[str, str, date], tuple[int, int] | None] = lru_cache(_REMEMBERED)(
            self._unlikely
        )
        #: 000, 010, 090, MMM, XXX, YYY, ZZZ; "" where the fee schedule lacks the code; None: not loaded
        self.global_days: Callable[[str, date], str | None] = lru_cache(_REMEMBERED)(self._global_days)
        self._answers: dict[tuple[str, date], Validity] = {}
        self._sets: dict[str, list[Table]] = {}
        for table in self.tables:
            self._sets.setdefault(table.header.set, []).append(table)
        for releases in self._sets.values():
            # NCCI files hold their whole history, corrected backwards: the newest answers. Of the
            # others the release nearest to the day does.
            newest = releases[0].header.set.startswith(("ncci", "icd10cm"))
            releases.sort(key=release_order, reverse=True)
            if not newest:
                releases.sort(key=lambda t: t.last)  # of one day's end the latest loaded stays first

    def table(self, name: str, day: date) -> Table | None:
        """The release of a set that answers for the day; None where there is none."""
        for table in self._sets.get(name, ()):
            if table.first <= day <= table.last:
                return table
        return None

    def has(self, name: str) -> bool:
        """Whether any release of a set is loaded."""
        return name in self._sets

    def _excluded_pairs(self, diagnoses: tuple[str, ...]) -> tuple[tuple[int, int, str], ...]:
        excludes = self._excludes
        return tuple(excludes.pairs(diagnoses)) if excludes is not None else ()

    @cached_property
    def _excludes(self) -> Excludes1 | None:
        tables = self._sets.get("icd10cm_excludes1")
        return Excludes1(tables[0]) if tables else None

    def _side_unspecified(self, code: str) -> bool:
        return self.tabular is not None and self.tabular.side_unspecified(code)

    def _carried(self, code: str, day: date) -> frozenset[str]:
        found = set()
        known = self.diagnosis(code)
        if not code or known.valid_on(day) is not Validity.VALID:
            found.add("diagnosis:doubtful")
        if known.marks & OF_AGE_OR_SEX or code[:1] == "P":
            found.add("diagnosis:aged")
        if SIDE_OPEN in known.marks or self.side_unspecified(code):
            found.add("diagnosis:unsided")
        if len(code) == 7:
            found.add("diagnosis:seventh")
        if code[:1] in ("S", "T"):
            found.add("diagnosis:injury")
        return frozenset(found)

    def _carried_by_line(
        self, procedure: str, modifiers: tuple[str, ...], unit_code: str, units: str, day: date | None
    ) -> frozenset[str]:
        found = {procedure, f"{procedure[:2]}*", *modifiers}
        if modifiers:
            found.add("modifier")
        if unit_code != "UN":
            found.add(f"unit:{unit_code}")
        if units != "1":
            found.add("units")
        if is_test(procedure):
            found.add("laboratory")
        if day is not None and procedure:
            if self.procedure(procedure, day) is not Validity.VALID:
                found.add("procedure:doubtful")
            if self.parents(procedure, day) != {}:
                found.add("procedure:add-on")
            policies = self.table("coverage_policies", day)
            if policies is not None and policies.rows(procedure):
                found.add("procedure:policy")
        return frozenset(found)

    def _in_doubtful_order(self, diagnoses: tuple[str, ...]) -> bool:
        if not diagnoses:
            return False
        first = diagnoses[0]
        return (
            bool(self.diagnosis(first).marks & NEVER_FIRST)
            or first[:1] in ("V", "W", "X", "Y")
            or self.code_first(first)
            or len(set(diagnoses)) < len(diagnoses)
            or bool(self.excluded_pairs(diagnoses))
        )

    def _side(self, code: str) -> str:
        entry = self.tabular.get(code) if self.tabular is not None else None
        return side_named(entry.title) if entry is not None else ""

    def _code_first(self, code: str) -> bool:
        return self.tabular is not None and self.tabular.code_first(code)

    @cached_property
    def tabular(self) -> Tabular | None:
        """Titles, tree and notes of ICD-10-CM: the newest tabular that is loaded."""
        tables = self._sets.get("icd10cm_tabular")
        return Tabular(tables[0]) if tables else None

    @cached_property
    def indexed(self) -> dict[str, list[tuple[str, str]]]:
        """What the loaded Alphabetic Indexes say, by set: (code, the words that lead to it)."""
        found = {}
        for name in ("icd10cm_index", "icd10cm_eindex"):
            for table in self._sets.get(name, ())[:1]:
                found[name] = [(code, title_of(table, row)) for code, row in table.all()]
        return found

    def index_phrases(self, but: str = "") -> list[tuple[str, str]]:
        """(code, the words that lead to it) of the loaded Alphabetic Indexes, without those of one."""
        return [pair for name, pairs in self.indexed.items() if name != but for pair in pairs]

    @cached_property
    def encoder(self) -> Encoder | None:
        """Search and show; None where tabular or index are absent."""
        index = self._sets.get("icd10cm_search")
        if self.tabular is None or not index:
            return None
        return Encoder(self.tabular, SearchIndex(index[0]), self.diagnoses)

    @staticmethod
    def place(code: str) -> Place | None:
        return PLACES.get(code)

    def procedure(self, code: str, day: date) -> Validity:
        """Whether a CPT or HCPCS code (or a CDT code, which is never loaded) may be billed on the day."""
        answer = self._answers.get((code, day))
        if answer is None:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            answer = self._answers[(code, day)] = self._procedure(code, day)
        return answer

    def _procedure(self, code: str, day: date) -> Validity:
        name = procedure_set(code)
        table = self.table(name, day) if name else None
        if table is None:
            return Validity.INVALID if name is None else Validity.UNCHECKED
        number = day_number(day)
        for start, end, _, _ in table.rows(code):
            if start <= number <= end:
                return Validity.VALID
        return Validity.INVALID

    def procedure_title(self, code: str, day: date) -> str:
        """The official title of a loaded procedure or DRG, "" where its set is not loaded."""
        name = set_of(code)
        table = self.table(name, day) if name else None
        rows = table.rows(code) if table is not None else ()
        return title_of(table, rows[-1]) if table is not None and rows else ""

    def knows_modifier(self, modifier: str, day: date | None) -> bool | None:
        """Valid on the day or not; None where neither our list nor a loaded HCPCS file can say."""
        table = self.table("hcpcs_modifier", day) if day is not None else None
        if table is None or modifier in CPT_MODIFIERS:
            return True if modifier in KNOWN else None
        number = day_number(day)
        return any(start <= number <= end for start, end, _, _ in table.rows(modifier))

    def _pair(self, name: str, column1: str, column2: str, day: date) -> int | None:
        table = self.table(name, day)
        if table is None:
            return None
        number = day_number(day)
        deleted = None
        for start, end, indicator in table.rows(column1 + column2):
            if start <= number <= end:
                if indicator != 9:
                    return int(indicator)
                deleted = 9  # deleted on the day it began; another row may be in force
        return deleted

    def _any_pair(self, name: str, procedures: tuple[str, ...], day: date | None) -> bool:
        if day is None or self.table(name, day) is None:
            return day is not None
        return any(self._pair(name, one, other, day) in (0, 1) for one, other in permutations(procedures, 2))

    def _unlikely(self, name: str, procedure: str, day: date) -> tuple[int, int] | None:
        table = self.table(name, day)
        rows = table.rows(procedure) if table is not None else ()
        return (rows[0][0], rows[0][1]) if rows else None

    def parents(self, add_on: str, day: date) -> dict[str, int] | None:
        """The primary codes of an add-on code with the edit's type; {} is no add-on; None: not loaded."""
        table = self.table("aoc", day)
        if table is None:
            return None
        known = _parents(table, add_on)
        if not known:
            return {}
        number = day_number(day)
        return {primary: kind for primary, kind, start, end in known if start <= number <= end}

    def _global_days(self, procedure: str, day: date) -> str | None:
        table = self.table("pprrvu", day)
        if table is None:
            return None
        rows = table.rows(procedure)
        return rows[0][1].decode() if rows else ""

    def fee_status(self, procedure: str, day: date) -> tuple[str, int] | None:
        """The fee schedule's status indicator (A, B, C, N ...) and total non-facility RVU in hundredths;
        ("", 0) where it lacks the code; None: not loaded."""
        table = self.table("pprrvu", day)
        if table is None:
            return None
        rows = table.rows(procedure)
        return (rows[0][0].decode().strip(), rows[0][2]) if rows else ("", 0)

    def pairs_of(self, name: str, column1: str, day: date) -> dict[str, int] | None:
        """The column 2 codes that NCCI bundles into a procedure on the day, with the indicator (0 never, 1
        with a modifier); None: the table `name` is not loaded."""
        table = self.table(name, day)
        if table is None:
            return None
        number = day_number(day)
        return {
            key[5:]: indicator
            for key, (start, end, indicator) in table.starting_with(column1)
            if start <= number <= end and indicator != 9
        }

    def surgery_marks(self, procedure: str, day: date) -> SurgeryMarks | None:
        """The fee schedule's indicators of bilateral, assistant, two surgeons and team; empty ones where it
        lacks the code; None where it is not loaded for the day, or was before they were kept."""
        table = self.table("pprrvu", day)
        if table is None:
            return None
        rows = table.rows(procedure)
        if not rows:
            return SurgeryMarks()
        if len(rows[0]) < 4:
            return None
        return SurgeryMarks(*(chr(mark).strip() for mark in rows[0][3]))

    def waived(self, test: str, day: date) -> bool | None:
        """Whether QW goes with a test of CMS's waived list on the day: False for the few waived without it;
        None where the list lacks the test. Ask `table("clia_waived", day)` whether one is loaded."""
        table = self.table("clia_waived", day)
        number = day_number(day)
        for start, end, marked in table.rows(test) if table is not None else ():
            if start <= number <= end:
                return bool(marked)
        return None

    def taxonomy(self, code: str, day: date) -> Validity:
        """Whether a provider taxonomy code is in the loaded NUCC list."""
        answer = self._answers.get((code, day))  # ten characters: no procedure is that long
        if answer is None:
            answer = self._answers[(code, day)] = self._taxonomy(code, day)
        return answer

    def _taxonomy(self, code: str, day: date) -> Validity:
        return self._listed("taxonomy", code, day)

    def inpatient_procedure(self, code: str, day: date) -> Validity:
        """Whether an ICD-10-PCS code is in the set in force on the day."""
        return self._listed(PCS, code, day)

    def drg(self, code: str, day: date) -> Validity:
        """Whether an MS-DRG is in the list of the day's fiscal year."""
        return self._listed(DRG, code, day)

    def _listed(self, name: str, code: str, day: date) -> Validity:
        table = self.table(name, day)
        if table is None:
            return Validity.UNCHECKED
        number = day_number(day)
        there = any(start <= number <= end for start, end, _, _ in table.rows(code))
        return Validity.VALID if there else Validity.INVALID

    def adjustment_text(self, name: str, code: str, day: date) -> str:
        """The official wording of a CARC or RARC (`name` carc or rarc) that the user has loaded, or ""."""
        table = self.table(name, day)
        rows = table.rows(code) if table is not None else ()
        return title_of(table, rows[-1]) if table is not None and rows else ""

    @property
    def releases(self) -> tuple[Header, ...]:
        """What is loaded, in the order of set and release."""
        return tuple(sorted((t.header for t in self.tables), key=lambda h: (h.set, h.release)))

    def having(self, **sets: Any) -> "Codes":
        """These sets with small ones laid over (for examples and tests)."""
        from coding.codes.samples import sample_tables

        extra = sample_tables(sets)
        names = {t.header.set for t in extra}
        return Codes((*(t for t in self.tables if t.header.set not in names), *extra))


def procedure_set(code: str) -> str | None:
    """The set a procedure code belongs to by its shape; None where it has no procedure's shape.

    CPT: five digits, or four and F, T, U, M, A (categories II, III, PLA, MAAA, administrative).
    HCPCS level II: a letter and four digits; D codes are dental (CDT).
    """
    if len(code) != 5 or not code.isascii():
        return None
    if code[:4].isdigit():
        return "cpt" if code[4].isdigit() or code[4] in "FTUMA" else None
    if not code[1:].isdigit() or not "A" <= code[0] <= "V":
        return None
    return "cdt" if code[0] == "D" else "hcpcs"


def set_of(code: str) -> str | None:
    """The same, and ICD-10-PCS or MS-DRG by their shapes, which no service line has."""
    if has_pcs_shape(code):
        return PCS
    return DRG if has_drg_shape(code) else procedure_set(code)


def release_order(table: Table) -> tuple[date, str, int]:
    """The order of a set's releases: by the last day they answer for, by release, and within one
    release by what was loaded last."""
    name, release = table.header.set, table.header.release
    if name in ("carc", "rarc"):
        release = ""  # named as the user pleases
    elif name.startswith("icd10cm_"):
        # Notes of a year and titles of that year ("FY2027 titles") are made one on top of the other.
        release = max(re.findall(r"20\d\d", release), default="")
    return table.last, release, loaded_as(table)


def loaded_as(table: Table) -> int:
    """Counts the tables of a set in the order they were loaded; shipped ones are 0."""
    return int((table.header.extra or {}).get("sequence", 0))


@lru_cache(maxsize=4096)
def _parents(table: Table, add_on: str) -> tuple[tuple[str, int, int, int], ...]:
    return tuple((key[5:], kind, start, end) for key, (kind, start, end) in table.starting_with(add_on))


def load(directory: Path | None = None) -> Codes:
    """Opens the shipped sets and, where given, the files that a home has loaded.

    Raises:
        DamagedTableError: a file is no code set or is cut short.
    """
    files = sorted(SHIPPED.glob(f"*{SUFFIX}"))
    if directory is not None and directory.is_dir():
        files += sorted(directory.rglob(f"*{SUFFIX}"))
    return Codes(_open(path) for path in files)


@lru_cache(maxsize=64)
def _open(path: Path) -> Table:
    return Table.open(path)
