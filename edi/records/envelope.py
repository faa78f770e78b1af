"""What is on the envelopes of a file: interchanges, groups and transaction sets, without their content."""

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True, kw_only=True)
class TransactionHeader:
    """One ST to SE. `reference` is BHT03 ("" where there is none); `agrees` says that SE fits."""

    transaction_set: str  # ST01
    control_number: str  # ST02
    version: str  # ST03, else GS08
    group_control_number: str = ""
    functional_code: str = ""  # GS01
    reference: str = ""
    segments: int = 0
    agrees: bool = False  # SE is there, with this number and count


@dataclass(slots=True, kw_only=True)
class InterchangeHeader:
    """One ISA to IEA: sender, receiver, its number, and the transaction sets in it.

    `acknowledged` are the control numbers that TA1 segments in it answer. `complete` says that
    IEA and every GE and SE are there and agree in numbers and counts, and that no segment of a group
    is outside its transaction sets. `stray` says that the file also has text that is in no
    interchange.
    """

    sender_qualifier: str
    sender_id: str
    receiver_qualifier: str
    receiver_id: str
    control_number: str  # ISA13, nine digits
    usage: str  # ISA15: P or T
    created: date | None
    time: str
    transactions: tuple[TransactionHeader, ...] = ()
    acknowledged: tuple[str, ...] = ()
    groups: int = 0
    complete: bool = False
    stray: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        """The transaction sets in it, TA1 among them: {"999", "TA1"}."""
        found = {t.transaction_set for t in self.transactions}
        return frozenset(found | ({"TA1"} if self.acknowledged else set()))
