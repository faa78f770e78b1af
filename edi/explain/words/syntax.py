"""TA1 and 999 in words. The codes are X12's (005010: I18, 715, 718, 720, 721), the wording is ours."""

from typing import Final

INTERCHANGE_STATUS: Final[dict[str, str]] = {
    "A": "accepted",
    "E": "accepted, with faults noted: do not send it again",
    "R": "rejected",
}

INTERCHANGE_NOTES: Final[dict[str, str]] = {
    "000": "no fault",
    "001": "the control numbers of header and trailer differ",
    "002": "the standard of the control segments is not supported",
    "003": "the version of the control segments is not supported",
    "004": "the segment terminator is invalid",
    "005": "the sender's qualifier is invalid",
    "006": "the sender's id is invalid",
    "007": "the receiver's qualifier is invalid",
    "008": "the receiver's id is invalid",
    "009": "the receiver is not known",
    "010": "the authorization qualifier is invalid",
    "011": "the authorization is invalid",
    "012": "the security qualifier is invalid",
    "013": "the security information is invalid",
    "014": "the date is invalid",
    "015": "the time is invalid",
    "016": "the standard's identifier is invalid",
    "017": "the version is invalid",
    "018": "the control number is invalid",
    "019": "the request for an acknowledgment is invalid",
    "020": "the usage indicator (test or production) is invalid",
    "021": "the number of groups is wrong",
    "022": "the control structure is invalid",
    "023": "the file ends before its trailer",
    "024": "a group's header or trailer is invalid",
    "025": "the partner has this control number already",
    "026": "the repetition or element separator is invalid",
    "027": "the component separator is invalid",
    "028": "the delivery date is invalid",
    "029": "the delivery time is invalid",
    "030": "the delivery code is invalid",
    "031": "the service grade code is invalid",
}


def describe_note(code: str) -> str:
    """A TA1's note as "note 023: the file ends before its trailer"; an unknown one as its number."""
    words = INTERCHANGE_NOTES.get(code)
    return f"note {code}: {words}" if words else f"note {code}"


DUPLICATE_INTERCHANGE: Final = "025"
PARTNER_NOTES: Final = frozenset({"005", "006", "007", "008", "009", "010", "011", "012", "013", "020"})

GROUPS: Final[dict[str, str]] = {
    "FA": "999",
    "HB": "271",
    "HC": "837 (claims)",
    "HN": "277",
    "HP": "835 (remittances)",
    "HR": "276",
    "HS": "270",
    "PI": "275",
}

RESULTS: Final[dict[str, str]] = {
    "A": "accepted",
    "E": "accepted, with faults noted",
    "M": "rejected: its authentication failed",
    "P": "accepted in part",
    "R": "rejected",
    "W": "rejected: its security check failed",
    "X": "rejected: it could not be decrypted",
}

GROUP_CODES: Final[dict[str, str]] = {
    "1": "this kind of group is not supported",
    "2": "its version is not supported",
    "3": "its trailer is missing",
    "4": "header and trailer have different control numbers",
    "5": "the count of transaction sets is wrong",
    "6": "its control number is malformed",
    "17": "the message authentication failed",
    "19": "its control number was used before",
    "26": "the security structure is wrong",
}

TRANSACTION_CODES: Final[dict[str, str]] = {
    "1": "this transaction set is not supported",
    "2": "its trailer is missing",
    "3": "header and trailer have different control numbers",
    "4": "the count of segments is wrong",
    "5": "segments are in error",
    "6": "its identifier is missing or wrong",
    "7": "its control number is missing or wrong",
    "18": "it is not in a group for its kind",
    "19": "its version is missing or not supported",
    "23": "its control number was used before in the group",
    "I5": "segments break the guide",
    "I6": "its version differs from the group's",
}

SEGMENT_CODES: Final[dict[str, str]] = {
    "1": "no such segment",
    "2": "not expected here",
    "3": "a required segment is missing",
    "4": "its loop occurs too often",
    "5": "it occurs too often",
    "6": "it does not belong to this transaction set",
    "7": "out of order",
    "8": "elements are in error",
    "I4": "the guide does not use it",
    "I6": "a segment that the rest of the claim calls for is missing",
    "I7": "its loop occurs too seldom",
    "I8": "it occurs too seldom",
    "I9": "the rest of the claim rules it out",
}

ELEMENT_CODES: Final[dict[str, str]] = {
    "1": "a required element is missing",
    "2": "an element that others ask for is missing",
    "3": "there are too many elements",
    "4": "too short",
    "5": "too long",
    "6": "holds a character that it may not",
    "7": "not a valid code",
    "8": "not a valid date",
    "9": "not a valid time",
    "10": "excluded by another element",
    "12": "repeats too often",
    "13": "there are too many components",
    "I6": "the guide does not allow this code",
    "I9": "an element that the rest of the claim calls for is missing",
    "I10": "the guide does not use it",
    "I11": "repeats too seldom",
    "I12": "not in the form that the guide asks for",
    "I13": "the rest of the claim rules it out",
}


def listed(codes: tuple[str, ...], words: dict[str, str]) -> str:
    """The codes of an answer in words: "segments are in error (5)"."""
    return ", ".join(f"{words[code]} ({code})" if code in words else f"code {code}" for code in codes)
