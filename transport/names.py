"""Which file names are used. A partner's server may call a file anything; we use only plain names.

The allow-list: letters, digits and ` ._-+=@~`, first a letter, digit or underscore, last no blank
or dot, at most 200 characters. So no path, no hidden file, no newline, no terminal escape, no
option, no other alphabet. A name that is refused is only ever shown escaped.
"""

import re

from transport.errors import NameRefused

_ALLOWED = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._+=@~ -]{0,198}[A-Za-z0-9_+=@~-])?")


def allowed(name: str) -> bool:
    """Whether a name may be used as it is."""
    return _ALLOWED.fullmatch(name) is not None


def checked(partner: str, name: str) -> str:
    """The name itself. Raises NameRefused for any other than a plain one."""
    if not allowed(name):
        raise NameRefused(partner, f"the file name {escaped(name)} is not used")
    return name


def escaped(name: str) -> str:
    """A name as harmless ASCII for logs and messages, cut at 120 characters."""
    shown = name.encode("unicode_escape").decode("ascii")
    return f"'{shown[:120]}{'...' if len(shown) > 120 else ''}'"
