"""277CA in words: what a category, a status and an entity code say to a biller, and what to do.

Category codes are X12 external list 507, status codes 508, entity codes those of STC01-3
(005010X214). The wording is ours.
"""

from typing import Final

from edi.explain.words.faults import Fault, describe_fault, parsed

CATEGORIES: Final[dict[str, str]] = {
    "A0": "forwarded to the payer or its next stop",
    "A1": "received, not yet checked",
    "A2": "accepted, the payer will decide on it",
    "A3": "returned, cannot be processed",
    "A4": "not found",
    "A5": "split into several claims",
    "A6": "rejected, something is missing",
    "A7": "rejected, something is invalid",
    "A8": "rejected, two things do not fit together",
    "D0": "not found by what was asked",
    "E0": "not answered, the inquiry is wrong",
    "E1": "not answered, the payer's system is down",
    "E2": "not answered, ask again later",
    "E3": "not answered, two things do not fit together",
    "E4": "not answered, a rule of this partner is not kept",
    "F0": "decided",
    "F1": "decided, paid",
    "F2": "decided, denied",
    "F3": "decided, revised",
    "F3F": "decided, forwarded to the next payer",
    "F3N": "decided, not forwarded",
    "F4": "decided, nothing will be paid",
    "F5": "ended, it cannot be processed",
    "P0": "pending",
    "P1": "pending, in process",
    "P2": "pending, under review by the payer",
    "P3": "pending, the provider was asked for more",
    "P4": "pending, the patient was asked for more",
    "P5": "pending, held by the payer's system",
    **dict.fromkeys([f"R{n}" for n in range(18) if n != 2] + ["RQ"], "more is asked for"),
}

STATUSES: Final[dict[str, str]] = {
    "0": "nothing more can be said electronically",
    "1": "see the remittance advice",
    "3": "decided, waits for the payment run",
    "16": "forwarded",
    "17": "forwarded by a third party",
    "18": "returned with a status that nobody could read",
    "19": "received",
    "20": "accepted for processing",
    "21": "information missing or invalid, see the other codes",
    "23": "returned",
    "24": "the submitter is not approved for electronic claims",
    "25": "not approved",
    "26": "not known to the payer",
    "27": "the policy was cancelled",
    "29": "subscriber and policy number do not match",
    "30": "subscriber and member id do not match",
    "31": "subscriber and policyholder name do not match",
    "32": "no such subscriber under that policy number",
    "33": "no such subscriber under that member id",
    "34": "no such subscriber under that name",
    "35": "claim not found",
    "42": "waits for a related claim",
    "45": "the payer is deciding on benefits",
    "46": "under review by the payer",
    "50": "the payer checks its record of the provider",
    "52": "the payer looks for other insurance",
    "54": "the same as a claim or line that was already processed",
    "56": "the payer checks eligibility",
    "65": "paid",
    "78": "the same as a claim that is still in process",
    "84": "not authorized",
    "85": "another payer comes first",
    "86": "diagnosis does not fit the patient's sex",
    "88": "not eligible on the dates of service",
    "91": "not eligible or not approved on the dates of service",
    "96": "no agreement with the provider",
    "97": "the patient was not found as a member",
    "101": "handled as an adjustment of an earlier claim",
    "104": "processed as the plan provides",
    "107": "processed as the contract provides",
    "109": "not eligible",
    "114": "another party should process it",
    "116": "sent to the wrong payer",
    "117": "signature on file is not stated",
    "121": "more service lines than the payer takes",
    "122": "data is missing or invalid and the payer cannot process the claim",
    "123": "more information is asked for",
    "124": "name, address, phone or identifier",
    "125": "name",
    "126": "address",
    "127": "telephone or other contact number",
    "128": "tax id",
    "131": "Medicare provider number",
    "132": "Medicaid provider number",
    "135": "the payer's own provider number",
    "142": "licence or certification number",
    "143": "state licence number",
    "145": "taxonomy (specialty) code",
    "148": "social security number",
    "149": "employer's id",
    "153": "identifier",
    "156": "relation of patient and subscriber",
    "157": "sex",
    "158": "date of birth",
    "159": "date of death",
    "162": "Medicare number",
    "163": "policy or group number",
    "164": "member id or contract number",
    "171": "other insurance",
    "178": "charges",
    "182": "what other payers allowed or paid",
    "183": "amount paid",
    "187": "date of service",
    "188": "statement dates",
    "189": "admission date",
    "190": "discharge date",
    "214": "date of the prescription or order",
    "216": "drug information",
    "217": "drug name, strength or form",
    "218": "NDC of the drug",
    "219": "prescription number",
    "228": "type of bill",
    "229": "admission source",
    "231": "admission type",
    "232": "admitting diagnosis",
    "234": "patient's discharge status",
    "242": "tooth number, surface or quadrant",
    "244": "tooth number",
    "247": "the service line",
    "249": "place of service",
    "251": "anesthesia minutes",
    "252": "authorization number",
    "254": "principal diagnosis",
    "255": "diagnosis",
    "256": "DRG",
    "258": "days or units of the line",
    "286": "the other payer's explanation of payment",
    "294": "supporting documents",
    "400": "the claim does not add up",
    "401": "source of payment",
    "402": "an amount must be more than zero",
    "453": "modifier",
    "454": "procedure",
    "455": "revenue code",
    "460": "condition code",
    "461": "occurrence code or its date",
    "462": "occurrence span or its dates",
    "463": "value code or its amount",
    "464": "payer claim control number of the original claim",
    "465": "principal procedure",
    "473": "laboratory indicator",
    "474": "procedure does not fit the patient's sex",
    "475": "procedure does not fit the patient's age",
    "476": "units of service",
    "477": "diagnosis pointer",
    "478": "patient control number (CLM01)",
    "479": "id of the other payer",
    "480": "claim filing indicator",
    "481": "the format of the claim or file",
    "486": "date of the principal procedure",
    "488": "diagnoses for the services",
    "489": "attachment control number",
    "490": "other procedure",
    "493": "version of the transaction set",
    "496": "the submitter may not send for this provider",
    "500": "ZIP code",
    "501": "state",
    "502": "city",
    "503": "street address",
    "504": "last name",
    "505": "first name",
    "507": "HCPCS code",
    "509": "external cause of the injury",
    "510": "a date lies in the future",
    "511": "a character is not allowed",
    "512": "a value is too long or too short for the payer",
    "516": "the other payer's payment date",
    "521": "adjustment reason",
    "535": "frequency code",
    "538": "claim number",
    "543": "clearinghouse's trace number",
    "544": "CLIA number",
    "555": "delay reason",
    "560": "second identifier",
    "561": "contact name",
    "562": "NPI",
    "564": "EPSDT indicator",
    "634": "remark code",
    "673": "patient reason for visit",
    "684": "syntax error, the 999 says where",
    "685": "could not be decided in real time, it goes on in the batch",
    "688": "present-on-admission indicator",
    "718": "sent after the filing limit",
    "732": "against the billing rules",
    "735": "included in another service",
    "746": "sent twice",
    "750": "state of the auto accident",
}

ENTITIES: Final[dict[str, str]] = {
    "03": "dependent",
    "13": "contracted provider",
    "1P": "provider",
    "36": "employer",
    "40": "receiver",
    "41": "submitter",
    "71": "attending provider",
    "72": "operating physician",
    "73": "other physician",
    "74": "corrected insured",
    "77": "service facility",
    "80": "hospital",
    "82": "rendering provider",
    "85": "billing provider",
    "87": "pay-to provider",
    "AY": "clearinghouse",
    "DK": "ordering provider",
    "DN": "referring provider",
    "DQ": "supervising provider",
    "FA": "facility",
    "GB": "other insured",
    "HK": "subscriber",
    "IL": "subscriber",
    "LI": "independent laboratory",
    "P3": "primary care provider",
    "PE": "payee",
    "PR": "payer",
    "QB": "purchased service provider",
    "QC": "patient",
    "QD": "responsible party",
    "TT": "next payer",
    "TTP": "third party",
    "X3": "utilization management organization",
    "ZZ": "other party",
}

_REMEDIES: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("26", "562", "145", "128", "153", "132", "131", "135", "25", "96"),
        "Compare the provider's NPI, tax id and taxonomy with the payer's enrolment, correct the one that "
        "differs, and send a new claim.",
    ),
    **dict.fromkeys(
        ("27", "29", "30", "31", "32", "33", "34", "97", "88", "91", "109", "164", "163", "158", "162"),
        "Check eligibility, correct the member id, name or birth date, and send a new claim.",
    ),
    **dict.fromkeys(("54", "78", "746"), "Look for the first claim before you send anything again."),
    **dict.fromkeys(("116", "114", "479", "85"), "Find the right payer and bill it."),
    **dict.fromkeys(
        ("464", "535"),
        "Give the payer's claim number of the original with a replacement or void, or bill it new.",
    ),
    **dict.fromkeys(("178", "400"), "Make the claim's charge the sum of its lines, then send a new claim."),
    **dict.fromkeys(
        ("254", "255", "488", "477", "509", "86", "232"),
        "A coder looks at the diagnoses and pointers; then send a new claim.",
    ),
    **dict.fromkeys(
        ("453", "454", "455", "465", "474", "475", "476", "507", "258"),
        "A coder looks at the procedure, its modifiers and units; then send a new claim.",
    ),
    **dict.fromkeys(("24", "496"), "Finish the enrolment for electronic claims with this payer."),
    **dict.fromkeys(
        ("684", "481", "511", "512", "493"), "Run `cleanclaim edi check` on the file that was sent."
    ),
    **dict.fromkeys(("718",), "Look for proof that the claim was sent in time before you write it off."),
    **dict.fromkeys(("252", "84"), "Get or correct the authorization number, then send a new claim."),
    **dict.fromkeys(
        ("216", "217", "218", "219"), "Correct the drug's NDC, quantity and unit; send a new claim."
    ),
}

_BY_CATEGORY: Final[dict[str, str]] = {
    "A0": "Wait for the next answer.",
    "A1": "Wait for the next answer.",
    "A2": "Wait for the remittance.",
    "A3": "Correct what is named and send a new claim; this one was not processed.",
    "A4": "Ask the payer; send it again if it never arrived.",
    "A5": "Expect an answer for each part.",
    "A6": "Add what is missing and send a new claim; this one was not processed.",
    "A7": "Correct what is named and send a new claim; this one was not processed.",
    "A8": "Make the named values agree and send a new claim; this one was not processed.",
}


_CORRECTED_IN: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("1000",), "the clearinghouse's file"),
    (("2000A", "2010A"), "the practice's file"),
    (("2010BB",), "the payer's file"),
    (("2310B", "2310C", "2420A", "2420C"), "the practice's file, where the provider is listed"),
    (("2000B", "2010BA", "2000C", "2010CA"), "the encounter's patient or coverage"),
)


def describe(codes: str) -> str:
    """The codes "A7:562:85" in words: "rejected, something is invalid: NPI (billing provider)".

    Several composites, separated by blanks or commas, become several phrases. "2310B.NM103:1", the
    short form of a 999's error, is described too. Anything else is returned unchanged.
    """
    return "; ".join(dict.fromkeys(_one(code) for code in codes.replace(",", " ").split()))


def _one(composite: str) -> str:
    category, _, rest = composite.partition(":")
    status, _, entity = rest.partition(":")
    if category not in CATEGORIES:
        return describe_fault(composite) or composite  # of a 999
    words = CATEGORIES[category]
    if status:
        words += f": {STATUSES.get(status, f'status {status}')}"
    if entity:
        words += f" ({ENTITIES.get(entity, f'entity {entity}')})"
    return words


def remedy_of(codes: str) -> str:
    """What to do about "A7:562:85": the remedy of the first composite that has one, else its category's."""
    listed = [code.split(":") for code in codes.replace(",", " ").split()]
    listed = [code for code in listed if code[0] in CATEGORIES]
    refusing = [code for code in listed if code[0] in ("A3", "A4", "A6", "A7", "A8")]
    for code in refusing:
        if len(code) > 1 and code[1] in _REMEDIES:
            return _REMEDIES[code[1]]
    first = (refusing or listed)[:1]
    if first:
        return _BY_CATEGORY.get(first[0][0], "")
    faults = [fault for code in codes.replace(",", " ").split() if (fault := parsed(code))]
    return _remedy_of_fault(faults[0]) if faults else ""


def _remedy_of_fault(fault: Fault) -> str:
    """Where to correct an error that a 999 names."""
    where = next(
        (where for loops, where in _CORRECTED_IN if fault.loop.startswith(loops) and fault.loop),
        "the encounter",
    )
    if fault.segment in ("IK5", "AK9"):
        return (
            "Run `cleanclaim edi check` on the file that was sent; ask the clearinghouse why it was rejected."
        )
    if where.startswith("the encounter"):
        return f"Correct it in {where}, then send a higher version of it: it becomes a new claim."
    return f"Correct it in {where}, then send the claim again: cleanclaim rejections again CLAIM --why ..."
