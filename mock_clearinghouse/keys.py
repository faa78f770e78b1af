"""The keys of the mock: its host key, and the client key that the demo home logs in with.

Both are made at the first start (Ed25519, OpenSSH format, mode 0600) and stay.
"""

import os
from pathlib import Path

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def key_at(path: Path) -> paramiko.Ed25519Key:
    """The private key in a file; it is made when the file is not there."""
    if not path.exists():
        text = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
        half_made = path.with_name(path.name + ".new")
        descriptor = os.open(half_made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(text)
        half_made.rename(path)
    return paramiko.Ed25519Key(filename=str(path))


def public_line(key: paramiko.PKey) -> str:
    """A public key as a line for `authorized_keys` or `known_hosts`: type and base64."""
    return f"{key.get_name()} {key.get_base64()}"
