"""Patients: what they owe by the person who answers for it, one account, and what may be pressed on it.

A patient is found by a form and stands in an address as an account's number, which is a claim's id.
"""

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.patients import estimates as kept_estimates
from ledger.patients import guarantors
from ledger.patients import statements as kept_statements
from ledger.queries import patient_claims, search
from ledger.queries.money import of_patients
from ledger.queries.practices import practice_of
from tasks.operations import statements
from tasks.patients import accounts
from tasks.patients.accounts import Account
from tasks.patients.due import due
from tasks.patients.kept import known, rules
from tasks.patients.plan_standing import standing
from web.chosen import chosen, number_of
from web.desk import Desk, Visit
from web.errors import not_there
from web.patient_acts import Known, acts_of, offered
from web.pressing import NOTHING, press
from web.routing import Sent, router

PAGE = 50
LONGEST = 100
"""Letters of what is searched."""


def routes(desk: Desk) -> APIRouter:
    """The pages of patients' accounts."""
    pages = router()

    @pages.get("/patients")
    def listed(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            return _list(visit)

    @pages.post("/patients/search")
    def find(request: Request, form: Sent) -> Response:
        with desk.press(request, form, "money") as visit:
            term = " ".join(form.get("term", "").split())[:LONGEST]
            visit.looked_at("search for a patient")
            claims = search.claims(visit.home.ledger, term, visit.user.only)
            with visit.home.ledger.read() as connection:
                found = accounts.of_claims(connection, [one.claim_id for one in claims])
                if len(found) == 1:
                    return visit.to(f"/patients/{found[0].number}")
                shown = accounts.load(connection, found[:PAGE])
            return visit.page("patients_found.html", found=shown, claims=claims if not found else [])

    @pages.get("/patients/{number}")
    def one(request: Request, number: int) -> Response:
        with desk.visit(request, "money") as visit:
            return _one(visit, _account(visit, number))

    @pages.get("/patients/{number}/statements/{statement}")
    def statement(request: Request, number: int, statement: int) -> Response:
        with desk.visit(request, "money") as visit:
            account = _account(visit, number)
            with visit.home.ledger.read() as connection:
                made = kept_statements.of_claims(connection, account.ids)
            if statement not in {one.id for one in made}:
                raise not_there("statement")
            visit.looked_at(f"statement {statement}")
            data = statements.page_of(visit.home, statement)
        headers = {"Content-Disposition": f'attachment; filename="statement-{statement}.pdf"'}
        return Response(data, media_type="application/pdf", headers=headers)

    @pages.post("/patients/{number}/{key}")
    def press_one(request: Request, number: int, key: str, form: Sent) -> Response:
        with desk.press(request, form, "bill") as visit:
            account = _account(visit, number)
            acts = list(acts_of(_known(visit, account), visit.day).values())
            to = f"/patients/{account.number}"
            return press(visit, acts, key, form, lambda s, **v: _one(visit, account, s, **v), to)

    return pages


def _list(visit: Visit) -> Response:
    asked = chosen(visit, without=("payer",))
    with visit.home.ledger.read() as connection:
        page = accounts.page(connection, after=asked.after, limit=PAGE, practices=asked.practices)
        found = accounts.load(connection, page)
    visit.looked_at("list of patients' accounts", asked.given["practice"])
    more = page[-1].first_open if len(page) == PAGE else None
    sums = of_patients(visit.home.ledger, asked.practices)
    return visit.page("patients.html", found=found, sums=sums, asked_for=asked, more=more)


def _account(visit: Visit, number: int) -> Account:
    """The account that a claim belongs to, of a practice that the person sees."""
    practice = practice_of(visit.home.ledger, number_of(number))
    if practice is None or not visit.user.of(practice):
        raise not_there("account")
    with visit.home.ledger.read() as connection:
        found = accounts.of_claims(connection, [number])
        if not found:
            raise not_there("account")
        return accounts.load(connection, found)[0]


def _known(visit: Visit, account: Account) -> Known:
    with visit.home.ledger.read() as connection:
        made = kept_statements.of_claims(connection, account.ids)
        paid = patient_claims.payments(connection, account.ids)
        of = {one.patient_id for one in account.claims if one.patient_id}
        estimates = kept_estimates.of_patients(connection, account.practice, of)
    return Known(
        account=account,
        payments=paid,
        plans=standing(visit.home, visit.day, account.ids),
        holds=statements.holds_of(visit.home, account),
        made=made,
        estimates=estimates,
    )


def _one(visit: Visit, account: Account, status: int = 200, **shown: object) -> Response:
    visit.looked_at(f"account {account.number}")
    found = _known(visit, account)
    with visit.home.ledger.read() as connection:
        words = guarantors.of_claims(connection, sorted(account.ids))
    acts, keys = acts_of(found, visit.day), offered(found)
    return visit.page(
        "patient.html",
        status,
        account=account,
        found=found,
        why=_left_out(visit, account, visit.day),
        words=sorted(words.items()),
        acts=[acts[key] for key in keys],
        other_acts=[act for key, act in acts.items() if key not in keys and shown.get("pressed") == key],
        numbers={one.id: one.number for one in account.claims},
        **(NOTHING | shown),
    )


def _left_out(visit: Visit, account: Account, day: date) -> dict[int, str]:
    """By claim why the next statement does not ask for it."""
    divided = due(account, known(visit.home, account.ids), rules(visit.home), day)
    return {one.claim.id: one.words for one in divided.left_out}
