"""Seals documents with age (X25519), each under the key that was current when it was written.

A key is an age identity as `age-keygen` writes it, so that documents can be opened without this
product. What is read needs the identity; a machine that only writes could do with the public half.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BufferedIOBase, BytesIO

import pyrage

from ledger.errors import KeyMissing

PLAIN = ""
PURGED = "purged"


def key_id(public: str) -> str:
    """A short name of a key, from its public half."""
    return hashlib.sha256(public.encode("ascii")).hexdigest()[:12]


def new_key() -> tuple[str, str]:
    """A new key: its id and its identity in the words of `age-keygen`."""
    made = pyrage.x25519.Identity.generate()
    public = str(made.to_public())
    return key_id(public), f"# public key: {public}\n{made}\n"


def read_key(text: str) -> tuple[str, str]:
    """The id and the secret of a key file's text.

    Raises:
        KeyMissing: it holds no age identity.
    """
    for line in text.splitlines():
        if line.startswith("AGE-SECRET-KEY-"):
            try:
                public = str(pyrage.x25519.Identity.from_str(line.strip()).to_public())
            except pyrage.IdentityError:
                break
            return key_id(public), line.strip()
    raise KeyMissing("a file among the archive's keys holds no age identity; put the right one in its place")


@dataclass(slots=True)
class Archive:
    """The keys of a home. `current` seals what is written now."""

    current: str
    secrets: Mapping[str, str] = field(repr=False)

    @staticmethod
    def needed(archive: "Archive | None", key: str) -> "Archive":
        """The keys by which what lies under `key` is opened. Raises KeyMissing where there are none."""
        if archive is None:
            raise KeyMissing(f"the archive's key {key} is not here; put it back among the archive's keys")
        return archive

    def seal(self, data: bytes) -> bytes:
        """`data` as an age file, under the current key."""
        return bytes(pyrage.encrypt(data, [self._identity(self.current).to_public()]))

    def unseal(self, data: bytes, key: str) -> bytes:
        """The bytes that were sealed under `key`.

        Raises:
            KeyMissing: the key is not among these, or does not open it.
        """
        plain = BytesIO()  # piece by piece: a remittance of 600,000 claims is not held once more meanwhile
        try:
            pyrage.decrypt_io(BytesIO(data), plain, [self._identity(key)])
        except (pyrage.DecryptError, OSError):
            raise KeyMissing(f"key {key} does not open what was sealed under its name") from None
        return plain.getvalue()

    def unseal_any(self, data: bytes) -> bytes:
        """The bytes of a file that was sealed under any of these keys.

        Raises:
            KeyMissing: none of them opens it.
        """
        try:
            return bytes(pyrage.decrypt(data, [self._identity(key) for key in self.secrets]))
        except pyrage.DecryptError:
            raise KeyMissing("none of the archive's keys opens this file; put its key back") from None

    def seal_stream(self, plain: BufferedIOBase, out: BufferedIOBase) -> None:
        """Seals all that `plain` gives into `out`, piece by piece."""
        pyrage.encrypt_io(plain, out, [self._identity(self.current).to_public()])

    def unseal_stream(self, sealed: BufferedIOBase, out: BufferedIOBase) -> None:
        """Opens what `seal_stream` sealed. Raises as `unseal_any`."""
        try:
            pyrage.decrypt_io(sealed, out, [self._identity(key) for key in self.secrets])
        except (pyrage.DecryptError, OSError):
            raise KeyMissing(
                "none of the archive's keys opens this file, or it is damaged; put its key back"
            ) from None

    def _identity(self, key: str) -> "pyrage.x25519.Identity":
        secret = self.secrets.get(key)
        if secret is None:
            raise KeyMissing(f"the archive's key {key} is not here; put it back among the archive's keys")
        return pyrage.x25519.Identity.from_str(secret)
