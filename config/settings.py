"""The product's settings: defaults, then HOME/cleanclaim.toml, then CLEANCLAIM_* of the environment.

An override given by the caller (the command's options) wins over all of them. A path of the file or
of the environment counts from the home where it is relative; one of the command line, and the home
itself, from where the command was started. `~` is the user's folder in each.

HOME/cleanclaim.toml marks a home: a folder without it is none, so that a mistyped path or a disk
that is not mounted never becomes a new, empty installation that sends under used numbers.
"""

import ipaddress
import os
import re
from datetime import date, datetime
from pathlib import Path
from shlex import quote
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config import dask_address, schedule
from config.errors import ConfigurationError
from config.toml_file import configuration_error, read_toml, refuse_secrets

FILE_NAME = "cleanclaim.toml"
PREFIX = "CLEANCLAIM_"
Severity = Literal["urgent", "warning", "note"]
"""Of an alert, the most severe first; docs/reference/alerts.md says which code has which."""
Role = Literal["coder", "biller", "operator", "manager", "auditor"]
"""Of a person who signs in to the web console."""
EMAIL = r"^[A-Za-z0-9._'+-]{1,64}@[A-Za-z0-9.-]{1,189}$"
BY_ENVIRONMENT = ("smtp_password", "webhook_secret", "metrics_token", "oidc_client_secret")
"""Secrets that the file refuses; NAME_file names a file for each."""
_FILES = (
    "console_certificate",
    "console_certificate_key",
    "dask_authorities",
    "dask_certificate",
    "dask_certificate_key",
    "smtp_password_file",
    "webhook_url_file",
    "webhook_secret_file",
    "heartbeat_url_file",
    "metrics_token_file",
    "serve_heartbeat_url_file",
    "notify_authorities",
    "oidc_client_secret_file",
    "oidc_authorities",
)
_PASSWORD_IN_URL = re.compile(r"://[^/@:]+:[^@]+@")
_ANY_POSTGRESQL = re.compile(r"^postgres(ql)?://")
_OWN = ("audit", "backups", "edi", "keys", "logs", "partners", "prefect", "reports")
"""Folders of a home with files of its own."""
_FORMATS = (".json", ".ndjson", ".csv", ".xml", ".hl7", ".txt")
"""What the names of encounters' files end with."""


class Settings(BaseSettings):
    """Everything one installation decides. A home is a folder that holds its data and partners."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True
    )

    home: Path = Field(description="folder of this installation: ledger, partners, files sent and received")
    inbox: Path = Field(Path(), description="folder watched for encounters; default HOME/inbox")
    database_url: str = Field(
        "",
        repr=False,
        description="SQLAlchemy URL of the ledger; default SQLite in HOME/ledger.db. With a password "
        "only by environment or database_url_file",
    )
    database_url_file: Path | None = Field(None, description="a file that holds the database URL")
    demo: bool = Field(
        False,
        description="made for the demo or for a trial: reaches this machine only, where the mock "
        "clearinghouse runs beside each nightly run",
    )
    chunk_size: int = Field(2000, ge=1, le=50_000, description="claims in one step of work")
    processes: int = Field(
        0,
        ge=0,
        le=64,
        description="processes that share the work of a large night; 0: one for each core, at most 8",
    )
    share_from: int = Field(
        50_000, ge=1, description="claims from which a step of the night is shared by several processes"
    )
    runner: Literal["processes", "dask"] = Field(
        "processes",
        description="what shares that work: processes of this machine, or Dask (the extra `dask`)",
    )
    dask_scheduler: str = Field(
        "",
        description="a Dask scheduler, like tls://dask.example:8786; its workers share the work, `processes` "
        "of them at most. tcp:// only on this machine. Empty: a cluster of this machine for each run",
    )
    dask_authorities: Path | None = Field(
        None, description="file of the certificates (PEM) by which that cluster's machines know each other"
    )
    dask_certificate: Path | None = Field(None, description="file with our certificate there, PEM")
    dask_certificate_key: Path | None = Field(None, description="file with the key of that certificate, PEM")
    partners_at_once: int = Field(
        4,
        ge=1,
        le=16,
        description="sites of clearinghouses connected to at the same time; one connection each",
    )
    time_zone: str = Field("America/New_York", description="zone of the business date and the schedules")
    nightly_cron: str = Field("0 20 * * 1-5", description="when the nightly run starts, in time_zone")
    answers_cron: str = Field(
        "30 6 * * *",
        description="when the answers are taken in, in time_zone; empty: only by the nightly run",
    )
    pick_up_cron: str = Field(
        "",
        description="when encounters are picked up and judged beside the nightly run, in time_zone, so that "
        "holds are seen by day; empty: only by the nightly run",
    )
    late_after_minutes: int = Field(
        60, ge=1, le=24 * 60, description="minutes after which a scheduled run that did not start is an alert"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="how much is logged; never a patient's data"
    )
    prefect_api_url: str = Field("", description="a Prefect server; empty: a temporary one")
    patient_control_number_prefix: str = Field(
        "", pattern=r"^[A-Z0-9]{0,6}$", description="put before each patient control number (CLM01)"
    )
    max_file_bytes: int = Field(
        50_000_000, ge=10_000, le=2_000_000_000, description="a larger file of the inbox is quarantined"
    )
    settle_seconds: float = Field(
        3.0,
        ge=0.0,
        le=600.0,
        description="a file of the inbox is read when it stood still so long in the run",
    )
    look_again_seconds: float = Field(
        0.4,
        ge=0.0,
        le=60.0,
        description="between two looks at a partner's folder; a file is read when both saw the same of it",
    )
    done_suffix: str = Field(
        "",
        pattern=r"^(\.[A-Za-z0-9._-]{1,20})?$",
        description="a file of the inbox is read when one of its name and this ending lies beside it, like "
        ".done; empty: when it stood still",
    )
    shared_folders: tuple[str, ...] = Field(
        (),
        description="folders of the inbox with documents of several practices: each goes to the one that "
        "its name, its facility and the rosters with its providers point to; held where they differ",
    )

    clear_inbox_after_days: int = Field(
        0,
        ge=0,
        le=36_500,
        description="days after which the nightly run removes a file from the inbox that was read, since the "
        "ledger keeps its bytes; longer than the oldest backup that would be restored. 0: never",
    )
    archive_keys: Path = Field(
        Path("keys/archive"), description="folder of the archive's age keys, of HOME where it is relative"
    )
    archive_after_days: int = Field(
        0,
        ge=0,
        le=36_500,
        description="days after which the nightly run moves files taken in, sent and received out of the "
        "database into archive_folder, and ends their copies in edi/; commands and pages find them there. "
        "0: never",
    )
    archive_folder: Path = Field(
        Path("archive"),
        description="folder of those files, of HOME where it is relative; runs on several machines share it",
    )
    audit_key_file: Path = Field(
        Path("keys/audit"), description="file of the audit trail's key, of HOME where it is relative"
    )
    heads_folder: Path | None = Field(
        None,
        description="a folder off this machine (a share) that the head of the audit trail is shipped to and "
        "compared with, so that a machine restored as a whole is noticed",
    )
    heads_command: str = Field(
        "",
        description="a command that takes the run's head on standard input, its name as last argument",
    )
    retention_days: int = Field(
        0, ge=0, le=36_500, description="days after which `cleanclaim purge` may remove content; 0: never"
    )

    statement_cycle_days: int = Field(
        30, ge=1, le=365, description="days from one statement of an account to its next one"
    )
    statement_due_days: int = Field(
        21, ge=1, le=180, description="days from a statement to the day by which it is to be paid"
    )
    statement_minimum_cents: int = Field(
        500, ge=0, le=100_000, description="an account that owes less gets no statement"
    )

    collections_statements: int = Field(
        3, ge=1, le=24, description="statements that a claim was on before collections may be given it"
    )
    small_balance_cents: int = Field(
        0,
        ge=0,
        le=25_00,
        description="an account that owes no more may be written off by rule, but never a deductible, a "
        "copayment or coinsurance; 0: never",
    )
    small_balance_statements: int = Field(
        2, ge=1, le=24, description="statements that a claim was on before that rule may write it off"
    )

    estimate_dispute_contact: str = Field(
        "www.cms.gov/nosurprises/consumers, or 1-800-985-3059",
        min_length=5,
        max_length=200,
        description="where a patient starts a dispute about a bill that is far above its good-faith "
        "estimate; it stands on each estimate",
    )

    small_credit_cents: int = Field(
        0,
        ge=0,
        le=25_00,
        description="a guarantor's credit of no more may be used by rule for what else the account owes; it "
        "stays the guarantor's, and is never income; 0: never",
    )

    authority: dict[str, Annotated[int, Field(ge=0)]] = Field(
        {"*": 500_00},
        description="the most cents that a person may decide about money alone, by name; * is everybody "
        "else. Above it a second person signs",
    )

    console_host: str = Field(
        "127.0.0.1",
        pattern=r"^[A-Za-z0-9.:_-]{1,253}$",
        description="address that the web console listens on. Another than this machine's own needs "
        "console_certificate, or console_behind_proxy",
    )
    console_port: int = Field(4280, ge=1, le=65_535, description="port of the web console")
    console_names: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")], ...] = Field(
        (), description="names under which browsers reach the web console, besides its address and localhost"
    )
    console_certificate: Path | None = Field(
        None, description="file with the web console's TLS certificate and its chain, PEM"
    )
    console_certificate_key: Path | None = Field(
        None, description="file with the key of that certificate, PEM"
    )
    console_behind_proxy: bool = Field(
        False,
        description="a proxy of yours in front of the web console speaks TLS with browsers: the console may "
        "listen on other addresses, and takes its cookies for sent by HTTPS",
    )
    console_user_header: str = Field(
        "",
        pattern=r"^[A-Za-z0-9-]{0,60}$",
        description="header by which that proxy says who signed in there, like X-Remote-User: the name of a "
        "user here. Nobody signs in by a password then; empty: nobody signs in by the proxy",
    )
    console_proxy_addresses: tuple[str, ...] = Field(
        ("127.0.0.1", "::1"),
        description="addresses or networks (10.0.0.0/24) that the proxy connects from; its headers are taken "
        "from them alone",
    )
    console_idle_minutes: int = Field(
        15, ge=1, le=480, description="minutes without a request after which a person must sign in again"
    )
    console_session_hours: int = Field(
        12, ge=1, le=24, description="hours after which a person must sign in again in any case"
    )
    console_second_factor: tuple[Role, ...] = Field(
        (),
        description="roles that sign in with a second factor, a code of an app; who has none yet sets it up "
        "when signing in. Whoever has one is asked for it in any case",
    )
    second_factor_key_file: Path = Field(
        Path("keys/second-factor"),
        description="file of the age key that second factors are sealed under in the ledger, of HOME where "
        "it is relative; made with the first one",
    )
    oidc_issuer: str = Field(
        "",
        pattern=r"^(https?://[^\s<>\"'@?#]{1,400})?$",
        description="identity provider by which people sign in to the web console (OpenID Connect), as its "
        "discovery document spells it; wants oidc_client_id and console_url. Nobody signs in by a password "
        "then; empty: by password",
    )
    oidc_client_id: str = Field(
        "",
        max_length=400,
        description="the console's client id there. Its redirect address there is console_url with "
        "/sign-in/oidc/answer behind it, its back-channel logout address console_url with "
        "/sign-in/oidc/logout",
    )
    oidc_client_secret: SecretStr = Field(
        SecretStr(""),
        description="the client's secret, only by the environment; else oidc_client_secret_file. Without one "
        "the console is a public client; PKCE is used in any case",
    )
    oidc_client_secret_file: Path | None = Field(None, description="a file that holds the client's secret")
    oidc_claim: str = Field(
        "email",
        pattern=r"^[A-Za-z0-9_.:/-]{1,200}$",
        description="claim of the ID token that says who signed in; email counts only where email_verified "
        "is true",
    )
    oidc_domain: str = Field(
        "",
        pattern=r"^[A-Za-z0-9.-]{0,253}$",
        description="the claim is an address in this domain, and what stands before the @ is the name of a "
        "user here; every other domain is refused",
    )
    oidc_people: dict[str, str] = Field(
        {},
        description="the user here by the value of the claim; with entries and without oidc_domain nobody "
        "else signs in. With neither the value is the user's name itself",
    )
    oidc_second_factor: tuple[str, ...] = Field(
        (),
        description="values of the ID token's amr or acr that count as the second factor, like mfa or otp; "
        "without one of them who has or must have a second factor is asked for it here",
    )
    oidc_max_age_minutes: int = Field(
        0,
        ge=0,
        le=24 * 60,
        description="minutes since a person signed in at the identity provider, after which it is to ask "
        "anew; 0: as it sees fit",
    )
    oidc_authorities: Path | None = Field(
        None,
        description="a file of certificates (PEM) by which the identity provider is verified, in place of "
        "this machine's own",
    )

    notify_emails: tuple[Annotated[str, Field(pattern=EMAIL, max_length=254)], ...] = Field(
        (),
        max_length=20,
        description="who is notified of alerts and gets the morning's digest by e-mail, an address each",
    )
    notify_from: str = Field(
        "", pattern=rf"^$|{EMAIL}", max_length=254, description="the sender's address of these e-mails"
    )
    notify_severities: tuple[Severity, ...] = Field(
        ("urgent", "warning"),
        description="alerts of which severities go out (docs/reference/alerts.md says which are which); the "
        "others are in the digest as a number",
    )
    digest_cron: str = Field(
        "0 7 * * 1-5",
        description="when they get the morning's digest, in time_zone, once a day; empty: never",
    )
    smtp_host: str = Field(
        "", pattern=r"^[A-Za-z0-9.:_-]{0,253}$", description="the mail server that takes these e-mails"
    )
    smtp_port: int = Field(587, ge=1, le=65_535, description="its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="how the connection is encrypted: starttls (port 587) or tls (465), the server's "
        "certificate verified; none only to this machine",
    )
    smtp_user: str = Field(
        "", max_length=254, description="the user that signs in to the mail server; empty: nobody"
    )
    smtp_password: SecretStr = Field(
        SecretStr(""),
        description="that user's password, only by the environment; else smtp_password_file",
    )
    smtp_password_file: Path | None = Field(None, description="a file that holds the password")
    webhook_url: SecretStr = Field(
        SecretStr(""),
        description="address that alerts and digests are posted to as JSON; https, or this machine. One that "
        "is a secret itself only by the environment, or webhook_url_file",
    )
    webhook_url_file: Path | None = Field(None, description="a file that holds that address")
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="the key of the signature that each post carries, only by the environment; else "
        "webhook_secret_file; without one nothing is signed",
    )
    webhook_secret_file: Path | None = Field(None, description="a file that holds that key")
    heartbeat_url: SecretStr = Field(
        SecretStr(""),
        description="an address outside that is asked when a nightly run begins (with /start behind it), "
        "ends (nothing) or fails (/fail), so that silence there is noticed; https, or this machine",
    )
    heartbeat_url_file: Path | None = Field(None, description="a file that holds that address")
    serve_heartbeat_url: SecretStr = Field(
        SecretStr(""),
        description="the same for `cleanclaim serve`: asked each minute, with /fail behind it while a run is "
        "missing or none is scheduled",
    )
    serve_heartbeat_url_file: Path | None = Field(None, description="a file that holds that address")
    notify_authorities: Path | None = Field(
        None,
        description="a file of certificates (PEM) by which the mail server, the webhook and the heartbeats "
        "are verified, in place of this machine's own",
    )
    metrics: Literal["off", "loopback", "token"] = Field(
        "off",
        description="whom the web console tells its figures for Prometheus at /metrics: nobody, this "
        "machine, or who has the token",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="that token, sent as Authorization: Bearer; 16 characters at least, only by the "
        "environment, or metrics_token_file",
    )
    metrics_token_file: Path | None = Field(None, description="a file that holds the token")
    console_url: str = Field(
        "",
        pattern=r"^(https?://[^\s<>\"'@]{1,400})?$",
        description="address of the web console as people reach it: messages link to it",
    )
    runbook_url: str = Field(
        "",
        pattern=r"^(https?://[^\s<>\"'@#]{1,400})?$",
        description="address of docs/reference/alerts.md as people reach it: messages link into it",
    )

    @property
    def partners(self) -> Path:
        """Folder with practices/, payers/ and clearinghouses/."""
        return self.home / "partners"

    def day_at(self, now: datetime) -> date:
        """The day in the home's time zone at this time (aware)."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        value = value.expanduser().absolute()
        if "?" in str(value):  # a database URL ends there: the ledger would lie beside the home
            raise ValueError("a folder's path must not hold a question mark; choose another")
        return value

    @field_validator("inbox", mode="after")
    @classmethod
    def _none_of_the_homes_own(cls, value: Path, info: ValidationInfo) -> Path:
        if (home := info.data.get("home")) is None:  # which is wrong itself
            return value
        home, inbox = home.resolve(), value.resolve()
        own = inbox.relative_to(home).parts[:1] if inbox.is_relative_to(home) else ()
        if home.is_relative_to(inbox) or (own and own[0] in _OWN):
            raise ValueError(
                "the home itself, a folder around it, or one with files of its own: they would be read as "
                "encounters; name another folder"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        value = _ANY_POSTGRESQL.sub("postgresql+psycopg://", value)  # the one driver that is installed
        if not value.startswith(("sqlite://", "postgresql+psycopg://")):
            raise ValueError("write sqlite:///PATH or postgresql://USER@HOST/DATABASE")
        return value

    @field_validator("done_suffix")
    @classmethod
    def _no_format(cls, value: str) -> str:
        if value.lower().endswith(_FORMATS):
            raise ValueError("encounters' files end so, and a marker is never read; write one like .done")
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return schedule.known_zone(value)

    @field_validator("nightly_cron")
    @classmethod
    def _nightly(cls, value: str) -> str:
        return schedule.checked(value)

    @field_validator("console_proxy_addresses")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                ipaddress.ip_network(one)
            except ValueError:
                raise ValueError("write addresses like 10.0.0.7, or networks like 10.0.0.0/24") from None
        return value

    @field_validator("answers_cron", "pick_up_cron", "digest_cron")
    @classmethod
    def _cron_or_never(cls, value: str) -> str:
        return schedule.checked(value) if value.strip() else ""

    @field_validator("dask_scheduler")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        return dask_address.checked(value)

    @field_validator("prefect_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("write an address like http://127.0.0.1:4200/api, or nothing")
        return value

    @model_validator(mode="before")
    @classmethod
    def _places_under_home(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = dict(values)
        home = Path(values.get("home") or ".").expanduser().absolute()
        inbox = values.get("inbox")
        values["inbox"] = home / Path(inbox).expanduser() if inbox else home / "inbox"
        if not values.get("database_url"):
            file = values.get("database_url_file")
            values["database_url"] = (
                _url_of(home / Path(file).expanduser()) if file else f"sqlite:///{home / 'ledger.db'}"
            )
        for name in _FILES:
            file = values.get(name)
            values[name] = home / Path(file).expanduser() if file else None  # "" names nothing
        return values

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The caller's overrides arrive as init values; the TOML file's values are added by `load`.
        return init_settings, env_settings


def default_home() -> Path:
    """CLEANCLAIM_HOME, or the folder `cleanclaim-home` beside where the command was started."""
    return Path(os.environ.get(f"{PREFIX}HOME") or "cleanclaim-home").expanduser().absolute()


def is_named(home: Path | None) -> bool:
    """Whether somebody said which home: by the option, or by CLEANCLAIM_HOME."""
    return home is not None or bool(os.environ.get(f"{PREFIX}HOME"))


def load(home: Path | None = None, **overrides: Any) -> Settings:
    """The settings of `home`. `overrides` of None are ignored, so options pass straight through.

    The home need not be there: `require_home` asks for it. Raises `ConfigurationError` that names the
    file (or the environment), the key and the remedy.
    """
    home = (home or default_home()).expanduser().absolute()
    file = home / FILE_NAME
    table = _table(file)
    given = {key: value for key, value in overrides.items() if value is not None}
    if given.get("inbox"):
        given["inbox"] = Path(given["inbox"]).expanduser().absolute()
    from_environment = {
        name for name in Settings.model_fields if f"{PREFIX}{name}".upper() in map(str.upper, os.environ)
    }
    from_file = {
        key: value for key, value in table.items() if key not in given and key not in from_environment
    }
    try:
        return Settings(**{**from_file, **given, "home": home})
    except ValidationError as error:
        key = str((error.errors(include_url=False, include_input=False)[0]["loc"] or ("",))[0])
        if key in given:
            raise configuration_error(error, "command line") from None
        if key in from_environment:
            raise configuration_error(error, f"environment {PREFIX}{key.upper()}") from None
        raise configuration_error(error, str(file)) from None


def is_home(folder: Path) -> bool:
    """Whether a folder is a home: whether its settings file is there."""
    return (folder / FILE_NAME).is_file()


def require_home(settings: Settings) -> None:
    """Raises `ConfigurationError` CFG-08 where the settings' home is none. Makes nothing."""
    if not is_home(settings.home):
        raise ConfigurationError(
            "CFG-08",
            str(settings.home),
            "",
            f"no home of CleanClaim: it has no {FILE_NAME}. Correct --home or {PREFIX}HOME, "
            f"or make a home: cleanclaim init --home {quote(str(settings.home))}",
        )


def _table(file: Path) -> dict[str, Any]:
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError:
        pass  # read_toml says why
    table = read_toml(file)
    refuse_secrets(table, str(file))
    for key in BY_ENVIRONMENT:
        if key in table:
            raise ConfigurationError(
                "CFG-07", str(file), key, f"set {PREFIX}{key.upper()} in the environment or name a {key}_file"
            )
    if "home" in table:
        raise ConfigurationError("CFG-02", str(file), "home", "the file's folder is the home; remove it")
    if _PASSWORD_IN_URL.search(str(table.get("database_url", ""))):
        raise ConfigurationError(
            "CFG-07",
            str(file),
            "database_url",
            f"holds a password; set {PREFIX}DATABASE_URL in the environment or name a database_url_file",
        )
    return table


def _url_of(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except OSError:
        raise ConfigurationError(
            "CFG-01", str(file), "database_url_file", "cannot be read; check its path and rights"
        ) from None
