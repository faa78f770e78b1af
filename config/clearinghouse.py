"""A clearinghouse: its envelope, its SFTP site (or folder), its files and its acknowledgments."""

import base64
import re
import string
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from config.practice import Key, PartnerModel, Phone
from config.sending_hours import SendingHours

NAME_FIELDS = frozenset({"usage", "isa13", "date", "sender", "receiver", "payer"})
INQUIRY_NAME_FIELDS = NAME_FIELDS - {"payer"} | {"kind"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_FOLDER = re.compile(r"/?[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*/?")
_HOST_KEY_TYPES = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
)

InterchangeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,13}[A-Za-z0-9._-]?$")]
Qualifier = Literal["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Hours = Annotated[int, Field(ge=1, le=24 * 60)]
Acknowledgment = Literal["TA1", "999", "277CA", "277", "271"]


class Submitter(PartnerModel):
    """Loop 1000A: the submitter and its contact."""

    name: str = Field(min_length=1, max_length=60, description="who sends")
    id: str = Field(min_length=2, max_length=80, description="the id that the clearinghouse gave")
    contact_name: str = Field(min_length=1, max_length=60, description="the person it may call")
    contact_phone: Phone = Field(description="ten digits")


class Receiver(PartnerModel):
    """Loop 1000B."""

    name: str = Field(min_length=1, max_length=60, description="who receives")
    id: str = Field(min_length=2, max_length=80, description="its own id")


class Clearinghouse(PartnerModel):
    """One clearinghouse, file clearinghouses/KEY.toml."""

    key: Key = Field(description="the file's name without .toml; not written into the file")
    name: str = Field(min_length=1, max_length=60, description="for people")
    usage: Literal["T", "P"] = Field(description="ISA15: T test, P production")

    sender_id: InterchangeId = Field(description="ISA06, up to fifteen characters")
    sender_qualifier: Qualifier = Field("ZZ", description="ISA05")
    receiver_id: InterchangeId = Field(description="ISA08; its answers carry it as ISA06")
    receiver_qualifier: Qualifier = Field("ZZ", description="ISA07")
    application_sender: str = Field("", max_length=15, description="GS02; default the sender id")
    application_receiver: str = Field("", max_length=15, description="GS03; default the receiver id")
    submitter: Submitter = Field(description="loop 1000A")
    receiver: Receiver = Field(description="loop 1000B")

    transport: Literal["sftp", "folder"] = Field(description="an SFTP site, or a folder of this machine")
    host: str = Field("", description="the site's name or address")
    port: int = Field(22, ge=1, le=65535, description="the site's port")
    user: str = Field("", description="login")
    key_file: Path | None = Field(None, description="private key for the login; relative to the home")
    passphrase_env: str = Field(
        "", pattern=r"^([A-Z_][A-Z0-9_]*)?$", description="variable with its passphrase"
    )
    passphrase_file: Path | None = Field(None, description="file with the key's passphrase")
    host_key: str = Field("", description="the site's public key, pinned: ssh-ed25519 AAAA...")
    allow_algorithms: tuple[Annotated[str, Field(pattern=r"^[a-z0-9@.-]{1,64}$")], ...] = Field(
        (), description="old SSH algorithms that this site needs, by name, such as ssh-rsa"
    )
    folder: Path | None = Field(None, description="transport folder: where send and receive folders lie")
    send_folder: str = Field("inbound", description="where claims are put, seen from the partner")
    receive_folder: str = Field("outbound", description="where its answers lie")

    name_template: str = Field(
        "{usage}{isa13}_{date}.837",
        description="name of a claim file, from usage, isa13, date, sender, receiver and payer",
    )
    inquiry_name_template: str = Field(
        "{usage}{isa13}_{date}.{kind}",
        description="name of a file of inquiries or records, from usage, isa13, date, sender, receiver, kind "
        "(276, 275, 270)",
    )
    temporary_suffix: str = Field(
        ".part", pattern=r"^(\.[A-Za-z0-9]{1,10})?$", description="while a file goes up; empty: not allowed"
    )
    rename_allowed: bool = Field(True, description="whether a file that went up may be renamed")
    delete_after_download: bool = Field(False, description="remove an answer once it is stored")
    max_download_bytes: int = Field(
        100_000_000, ge=1_000, le=2_000_000_000, description="a larger answer is not taken"
    )

    connect_timeout: Seconds = Field(15, description="seconds until the site must answer")
    timeout: Seconds = Field(60, description="seconds without any byte")
    file_deadline: Seconds = Field(900, description="seconds for one file")

    max_claims_per_batch: int = Field(5000, ge=1, le=5000, description="claims in one file")
    one_payer_per_batch: bool = Field(False, description="no file with claims of two payers")
    takes_files: SendingHours = Field(
        SendingHours(), description="when it takes files: its hours, cut-off and days; without it always"
    )
    expects: Mapping[Acknowledgment, Hours] = Field(
        default_factory=dict,
        description="answers it sends to a file, and within how many hours: TA1, 999, 277CA of claims, 277 "
        "and 271 of inquiries",
    )

    @field_validator("host_key")
    @classmethod
    def _public_key(cls, value: str) -> str:
        if not value:
            return value
        kind, _, rest = value.partition(" ")
        try:
            blob = base64.b64decode(rest.split(" ")[0], validate=True)
        except ValueError:
            blob = b""
        if kind not in _HOST_KEY_TYPES or kind.encode() not in blob[:32]:
            raise ValueError(
                "write the line that `ssh-keyscan` prints without the host, and compare it by phone"
            )
        return value

    @field_validator("send_folder", "receive_folder")
    @classmethod
    def _remote_folder(cls, value: str) -> str:
        if value and (not _FOLDER.fullmatch(value) or ".." in value.split("/")):
            raise ValueError("a folder like to-partner/claims, without .. and spaces")
        return value

    @field_validator("name_template", "inquiry_name_template")
    @classmethod
    def _makes_safe_names(cls, value: str, info: ValidationInfo) -> str:
        known = NAME_FIELDS if info.field_name == "name_template" else INQUIRY_NAME_FIELDS
        try:
            parts = list(string.Formatter().parse(value))
        except ValueError:
            raise ValueError("braces do not match") from None
        fields = {name for _, name, _, _ in parts if name is not None}
        if fields - known:
            raise ValueError(f"may use only {', '.join(sorted(known))} in braces")
        if any(spec or conversion for _, _, spec, conversion in parts):
            raise ValueError("no format after a name in braces")
        if "isa13" not in fields:
            raise ValueError("needs {isa13}, or two files would have one name")
        if not _NAME.fullmatch(value.format(**dict.fromkeys(known, "X" * 9))):
            raise ValueError(
                "makes a name with characters other than letters, digits, dot, hyphen, underscore"
            )
        return value

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.transport == "folder" and self.folder is None:
            raise ValueError("transport folder needs the key folder")
        if self.transport == "sftp":
            for key in ("host", "user", "key_file", "host_key"):
                if not getattr(self, key):
                    raise ValueError(f"transport sftp needs the key {key}")
        if not self.rename_allowed and self.temporary_suffix:
            raise ValueError('rename_allowed = false needs temporary_suffix = ""')
        if self.passphrase_env and self.passphrase_file:
            raise ValueError("give passphrase_env or passphrase_file, not both")
        return self

    @property
    def site(self) -> str:
        """Where it is: clearinghouses with the same site are reached over one connection at a time."""
        return f"folder {self.folder}" if self.transport == "folder" else f"{self.host.lower()}:{self.port}"

    def under(self, home: Path) -> Self:
        """The same with its paths made absolute: a relative one counts from the home."""
        paths = {name: getattr(self, name) for name in ("key_file", "passphrase_file", "folder")}
        return self.model_copy(
            update={name: home / path.expanduser() for name, path in paths.items() if path is not None}
        )

    def file_name(self, *, isa13: int, day: date, payer: str = "") -> str:
        """The name of a file sent to this partner. `payer` is a payer's key, or empty for several."""
        return self.name_template.format(**self._name_values(isa13, day), payer=payer or "many")

    def inquiry_file_name(self, *, isa13: int, day: date, kind: str) -> str:
        """The name of a file of inquiries of a kind (276, 275, 270)."""
        return self.inquiry_name_template.format(**self._name_values(isa13, day), kind=kind)

    def number_in(self, name: str) -> int | None:
        """The ISA13 that a file's name says, if it is a name that we give; else None."""
        fixed = self._name_values(0, date.min)
        for template in (self.name_template, self.inquiry_name_template):
            pattern, known = "", False
            for text, field, _, _ in string.Formatter().parse(template):
                pattern += re.escape(text)
                if field == "isa13":
                    pattern, known = pattern + ("(?P=isa13)" if known else r"(?P<isa13>\d{9})"), True
                elif field is not None:
                    pattern += (
                        r"\d{8}" if field == "date" else re.escape(fixed.get(field, "")) or "[A-Za-z0-9_-]+"
                    )
            found = re.fullmatch(pattern, name, re.ASCII)
            if found:
                return int(found["isa13"])
        return None

    def _name_values(self, isa13: int, day: date) -> dict[str, str]:
        return {
            "usage": self.usage,
            "isa13": f"{isa13:09d}",
            "date": f"{day:%Y%m%d}",
            "sender": self.sender_id.replace(" ", "_"),
            "receiver": self.receiver_id.replace(" ", "_"),
        }
