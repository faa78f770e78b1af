"""The practices, payers and calendar of the quarter; none of them is real."""

from datetime import date

FIRST = date(2026, 8, 31)
WEEKS = 13
PAYERS = {
    "harbor": ("HRB01", "HARBOR HEALTH PLAN"),
    "meridian": ("MRD02", "MERIDIAN BLUE"),
    "evergreen": ("EVG03", "EVERGREEN COMMUNITY CARE"),
    "senior": ("SNR04", "SENIOR ADVANTAGE TRUST"),
    "beacon": ("BCN05", "BEACON SUPPLEMENTAL"),
}
IDS = {payer: number for payer, (number, _) in PAYERS.items()}
KEYS = {number: payer for payer, number in IDS.items()}
PRACTICES = {
    "lakeside": (
        "1999000015", "LAKESIDE FAMILY MEDICINE", "1999001013",
        (("99213", "135.00"), ("36415", "18.00"), ("85025", "35.00")), "J02.9",
    ),
    "summit": (
        "1999000122", "SUMMIT ORTHOPEDICS", "1999002011",
        (("99213", "145.00"), ("73030", "90.00"), ("73110", "85.00")), "M25.511",
    ),
    "bayview": (
        "1999000239", "BAYVIEW CARDIOLOGY", "1999003019",
        (("99214", "215.00"), ("93000", "75.00"), ("36415", "20.00")), "I10",
    ),
    "ridgeline": (
        "1999000031", "RIDGELINE REHABILITATION HOSPITAL", "1999061025",
        (("73030", "210.00"), ("73110", "190.00"), ("73562", "240.00")), "M25.561",
    ),
    "elmgrove": (
        "1999000049", "ELM GROVE DENTAL", "1999071016", (("D0120", "55.00"), ("D0274", "60.00")), "",
    ),
}  # fmt: skip
PRACTICE_BY_NPI = {npi: practice for practice, (npi, *_) in PRACTICES.items()}
PROFESSIONAL = ("bayview", "lakeside", "summit")
"""The practices whose claims are professional; a hospital and a dentist are the others."""
REVENUE = "0320"
"""The revenue code of what the hospital does: imaging."""
COVERAGES = (
    ("harbor",), ("harbor",), ("meridian",), ("evergreen",), ("senior",), ("senior", "beacon"),
    ("senior", "beacon"), ("harbor", "meridian"),
)  # fmt: skip
DENIALS = ("197", "50", "29", "204", "11", "96", "167", "22", "27", "151", "B7")
