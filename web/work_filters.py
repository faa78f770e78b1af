"""The filters of the queue, as its address has them."""

from config.adjustment_codes import find
from config.work_chances import kinds
from ledger.people.users import User
from ledger.queries.work_queue import Asked
from tasks.home.home import Home
from tasks.work.owners import DESKS
from web.chosen import day_of
from web.errors import Refused

FILTERS = ("kind", "owner", "payer", "practice", "cause", "assignee", "least", "due_by", "snoozed")


def asked_of(home: Home, user: User, known: dict[str, set[str]], given: dict[str, str]) -> Asked:
    """The work that an address asks for, of the person's practices. Raises Refused WEB-08: a name that
    nothing has, for an empty list must mean that nothing waits."""
    practice = given["practice"]
    if practice and not user.of(practice):
        raise Refused(422, "WEB-08", "no such practice is known, or you don't see it")
    carc_or_category = known["carc"] | known["category"]
    for name, there in (
        ("kind", known["kind"] | kinds()),
        ("owner", known["owner"] | DESKS),
        ("payer", known["payer"] | set(home.partners.payers)),
        ("practice", known["practice"] | set(home.partners.practices)),
        ("cause", carc_or_category),
    ):
        wanted = given[name]
        known_code = find("CARC", wanted) if name == "cause" and wanted else None
        if wanted and wanted not in there and (known_code is None or known_code.code != wanted):
            raise Refused(422, "WEB-08", f"no {name} is called so; choose one of the list")
    is_category = given["cause"] in known["category"]
    least = given["least"]
    return Asked(
        kinds=[given["kind"]] if given["kind"] else None,
        owners=[given["owner"]] if given["owner"] else None,
        payers=[given["payer"]] if given["payer"] else None,
        practices=[practice] if practice else user.only,
        carc="" if is_category else given["cause"],
        category=given["cause"] if is_category else "",
        assignee=given["assignee"],
        cents=int(least) * 100 if least.isascii() and least.isdigit() and len(least) < 10 else 0,
        due_by=day_of(given["due_by"]),
        snoozed=bool(given["snoozed"]),
    )
