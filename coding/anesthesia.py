"""Anesthesia by its numbers, and who gives it by the modifiers that say so."""

from coding.carried import families
from coding.code_list import code_list

#: Counted in units, or once, and not by time: a burn's further area, daily care, and what qualifies a case.
_NOT_TIMED = code_list("01953 01996")
TIMED = families("00", "01")

#: Who gave it: the first alone, the others in a pair of physician and anesthetist.
PHYSICIANS = code_list("AA AD GC QK QY")
ANESTHETISTS = code_list("QX QZ")
ROLES = PHYSICIANS | ANESTHETISTS


def is_anesthesia(procedure: str) -> bool:
    """CPT's anesthesia section, 00100 to 01999."""
    return len(procedure) == 5 and procedure.isdigit() and "00100" <= procedure <= "01999"


def is_timed(procedure: str) -> bool:
    """Anesthesia that is paid by its minutes."""
    return is_anesthesia(procedure) and procedure not in _NOT_TIMED
