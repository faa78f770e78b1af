"""Which file names are allowed. A server can send any name; only plain ones are used.

Allowed are letters, digits and ` ._-+=@~(),`, at most 200 characters, starting with a letter, digit or
underscore and not ending with a blank or dot. This excludes paths, hidden files, newlines, terminal
escapes, command-line options and other alphabets. A refused name is only shown escaped.
"""

import re

from transport.errors import NameRefused

_ALLOWED = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._+=@~(), -]{0,198}[A-Za-z0-9_+=@~)-])?")


def allowed(name: str) -> bool:
    """Whether a name is allowed."""
    return _ALLOWED.fullmatch(name) is not None


def checked(partner: str, name: str) -> str:
    """The name, unchanged. Raises NameRefused if it is not allowed."""
    if not allowed(name):
        raise NameRefused(partner, f"the file name {escaped(name)} is not allowed")
    return name


def escaped(name: str) -> str:
    """A name as harmless ASCII for logs and messages, truncated at 120 characters."""
    shown = name.encode("unicode_escape").decode("ascii")
    return f"'{shown[:120]}{'...' if len(shown) > 120 else ''}'"
