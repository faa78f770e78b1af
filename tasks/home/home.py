"""A home opened: its settings, its partners and its ledger, once a process.

Steps are handed paths (Prefect may show them) and open the home by them; the run's lease lives with
the opened ledger, so that every write of the process proves it.
"""

import getpass
import logging
import os
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import coding
from coding.codes import Codes
from config import partners as partner_files
from config.errors import ConfigurationError
from config.partners import Clearinghouse, Partners, Payer
from config.settings import FILE_NAME, Settings, is_home, load, require_home
from ledger.adjudication.facts import FilingLimit, Policy, Terms
from ledger.agreed import authorizations, enrolments
from ledger.errors import LedgerError, LedgerInDoubt
from ledger.storage.archive import Archive
from ledger.storage.database import Ledger
from ledger.storage.packs import Packs
from ledger.trail import audit
from tasks.claims.encounter_claims import EncounterClaims
from tasks.claims.validation import Validation
from tasks.home import keys, outside_head, told_by

log = logging.getLogger("cleanclaim.home")

_opened: dict[tuple[str, str], "Home"] = {}
_guard = threading.Lock()


@dataclass
class Home:
    """One installation. `ledger` is migrated; `partners` may be empty, then nobody is contacted.

    `doubt` says why the ledger may not be the one that went on last; then nothing is sent. `partners_mark` is
    another number where a partner's file says something else.
    """

    settings: Settings
    partners: Partners
    ledger: Ledger
    kept: bool = field(default=False, repr=False)
    doubt: str = ""
    partners_mark: int = 0
    _validation: Validation | None = field(default=None, init=False, repr=False)
    _head: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    @property
    def path(self) -> Path:
        return self.settings.home

    @property
    def sent(self) -> Path:
        """Copies of what went out for people, one folder a clearinghouse; sealed where a key is there."""
        return self.path / "edi" / "sent"

    @property
    def paper(self) -> Path:
        """Pages that wait to be mailed."""
        return self.path / "paper"

    @property
    def letters(self) -> Path:
        """Copies of letters to payers."""
        return self.path / "letters"

    @property
    def statements(self) -> Path:
        """Copies of statements, and of the files for a mailing house."""
        return self.path / "statements"

    @property
    def received(self) -> Path:
        """Copies of what came back."""
        return self.path / "edi" / "received"

    @property
    def reports(self) -> Path:
        return self.path / "reports"

    @cached_property
    def codes(self) -> Codes:
        """The dated code sets: shipped, and loaded into the home."""
        return coding.codes.load(self.path / "codes")

    @cached_property
    def files_mark(self) -> int:
        """Another number where the program or a partner's file is another one."""
        return told_by.files(self.partners_mark)

    @cached_property
    def claims(self) -> EncounterClaims:
        """The claims of this home's encounters, made once for the steps of a run."""
        return EncounterClaims(self.partners)

    def validation(self, as_of: date, *, anew: bool = False) -> Validation:
        """The validation of this run, begun `anew` or as far as it has come in this process."""
        found = self._validation
        if anew or found is None or (found.as_of, found.token) != (as_of, self.ledger.token):
            enrolled = enrolments.of(self.ledger)
            authorized = authorizations.kept_with(self.ledger)
            by = told_by.judged_as(self.path / "codes", self.partners_mark, enrolled, authorized)
            found = Validation(self.ledger, self.codes, self.partners, self.claims, as_of, enrolled, by)
            self._validation = found
        return found

    def reached(self, clearinghouse: Clearinghouse) -> Clearinghouse:
        """A clearinghouse with its key's path made whole: the file gives it relative to the home."""
        changes: dict[str, Path] = {}
        if clearinghouse.key_file is not None:
            changes["key_file"] = self.path / clearinghouse.key_file
        if clearinghouse.folder is not None:
            changes["folder"] = self.path / clearinghouse.folder
        return clearinghouse.model_copy(update=changes) if changes else clearinghouse

    def refuse_in_doubt(self) -> None:
        """Before anything leaves. Raises `LedgerInDoubt`."""
        if self.doubt:
            raise LedgerInDoubt(
                f"nothing is sent, for the ledger is in doubt: {self.doubt}; look with `cleanclaim ledger "
                "show`, then restore a backup or say `cleanclaim ledger accept --why ...`"
            )

    def write_head(self) -> None:
        """The head outside the database, as the ledger stands now."""
        with self._head:  # partners are sent to at the same time
            if self.doubt:
                return
            outside_head.write(self.settings, self.ledger)

    def close(self) -> None:
        try:
            self.write_head()
        except (OSError, LedgerError) as error:  # the next opening writes it; what was done stays done
            log.warning("the ledger's head was not written: %s", type(error).__name__)
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.kept:
            self.close()


def make_home(folder: Path, text: str = "") -> None:
    """Makes a folder a home: `text` is its settings file. What is there already stays as it is.

    Only `cleanclaim init` and `cleanclaim demo` call this; what this process makes from here on is its
    owner's only. Raises `ConfigurationError` CFG-01 where
    the folder can't be made.
    """
    os.umask(0o077)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not is_home(folder):
            write_private(folder / FILE_NAME, text.encode("utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("CFG-01", str(folder), "", f"{reason}; give another folder") from None


def open_home(settings: Settings) -> Home:
    """Opens a home that is there (`make_home` makes one), with its ledger migrated.

    What this process makes from here on is its owner's only, whatever mask it was started with.
    Raises `ConfigurationError` for a folder that is no home and for a partner's file, and the
    ledger's errors.
    """
    os.umask(0o077)
    require_home(settings)
    home = _with_partners(settings)
    from ledger.migrations import upgrade  # Alembic: only an opening needs it

    upgrade(home.ledger)
    keep_trail(settings, home.ledger)
    home.doubt = outside_head.doubt(settings, home.ledger)
    if not home.doubt:
        audit.adopt(home.ledger)
    return home


def join_home(settings: Settings, token: int) -> Home:
    """Opens a home for a worker of the run that holds its lease under this token: the run has looked whether
    its ledger is in doubt. No claims are kept from one piece to the next.

    Raises as `open_home` does.
    """
    os.umask(0o077)
    require_home(settings)
    home = _with_partners(settings)
    keep_trail(settings, home.ledger)
    home.ledger.token = token
    home.kept = True
    home.claims = EncounterClaims(home.partners, most=0)
    return home


def _with_partners(settings: Settings) -> Home:
    mark = partner_files.mark(
        settings.partners
    )  # before they are read: one that changes then is seen next time
    partners = partner_files.load(settings.partners)
    opened = Ledger(settings.database_url)
    opened.archive = keys.archive_of(settings)
    opened.packs = packs_in(settings)
    opened.terms = {payer.key: terms_of(payer) for payer in partners.payers.values()}
    return Home(settings, partners, opened, partners_mark=mark)


def packs_in(settings: Settings) -> Packs:
    """The archive's folder, with the documents of old nights."""
    return Packs(settings.home / settings.archive_folder)


def terms_of(payer: Payer) -> Terms:
    """What is agreed with a payer, as its answers are judged by it."""
    return Terms(
        policies=tuple(
            Policy(p.carc, p.meaning, p.group, p.since, p.until) for p in payer.adjustment_policies
        ),
        medicaid=payer.filing_code == "MC",
        workers_compensation=payer.filing_code == "WC",
        answer_days=payer.answer_days,
        forwarding_days=payer.forwarding_days,
        later_filing=FilingLimit(payer.filing_limit_days, payer.later_limit_from),
        zero_due_claims=payer.zero_due_claims,
        appeal_limit_days=payer.appeal_limit_days,
        correction_limit_days=payer.correction_limit_days or payer.filing_limit_days,
    )


def keep_trail(settings: Settings, ledger: Ledger, actor: str = "") -> None:
    """From now on the acts in this ledger are kept, under the home's key, as those of an actor: by default
    the user of this machine."""
    audit.keep(ledger, audit.Trail(keys.audit_key(settings), actor or user(), _now))


def user() -> str:
    """Who acts, for the audit trail: the user of this machine."""
    return f"{user_name()}@{socket.gethostname()}"


def user_name() -> str:
    """The user of this machine, by name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return f"user {os.getuid()}"


def _now() -> str:
    """The time that the audit trail is marked with. It decides nothing."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def settings_of(path: str, inbox: str) -> Settings:
    """The settings by the parameters of a run; no inbox, "", is the settings' own."""
    return load(Path(path), inbox=Path(inbox) if inbox else None)


def home_of(path: str, inbox: str = "") -> Home:
    """The home of a run, opened once a process. A later run reads its files again (`forget`)."""
    with _guard:
        key = (path, inbox)
        if key not in _opened:
            home = open_home(settings_of(path, inbox))
            home.kept = True
            _opened[key] = home
        return _opened[key]


def forget(path: str, inbox: str = "") -> None:
    """Closes the home of a run: the next one reads its settings and partners again."""
    with _guard:
        home = _opened.pop((path, inbox), None)
    if home is not None:
        home.close()


def keep_copy(home: Home, path: Path, data: bytes) -> None:
    """A copy for people of what lies in the ledger: an age file `NAME.age` where the archive has a key."""
    archive = home.ledger.archive
    if archive is None:
        write_private(path, data)
    elif not sealed(path).exists():
        write_private(sealed(path), archive.seal(data))


def sealed(path: Path) -> Path:
    """The name of a copy that is sealed."""
    return path.with_name(f"{path.name}.age")


def copy_at(path: Path) -> Path | None:
    """Where a copy really lies, plain or sealed; None: nowhere."""
    return next((p for p in (path, sealed(path)) if p.exists()), None)


def copies(folder: Path) -> list[Path]:
    """The copies that lie in a folder and those below it, sorted."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))


def unsealed(home: Home, file: Path) -> bytes:
    """What a copy is of, whether it is sealed or not. Raises OSError, KeyMissing."""
    data = file.read_bytes()
    if file.suffix != ".age":
        return data
    return Archive.needed(home.ledger.archive, "of its copy").unseal_any(data)


def write_private(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all, readable by its owner only. An equal one is left alone.

    A device or pipe (`/dev/null`, `/dev/stdout`) takes the bytes and stays what it is. An OSError names
    `path`, not the file that is written beside it first.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.is_char_device() or path.is_fifo():
            path.write_bytes(data)
            return
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return
        new = path.with_name(f".{path.name}.new")  # what a kill leaves is replaced by the next one
        new.write_bytes(data)
        new.chmod(0o600)
        new.replace(path)
    except OSError as error:
        error.filename = str(path)
        raise
