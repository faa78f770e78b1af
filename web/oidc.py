"""Signing in at an identity provider (OpenID Connect): the way there, its answer, who signed out there."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from config.oidc import ANSWER, BEGINS, LOGOUT
from tasks.errors import StepError
from tasks.people import oidc, sign_in
from tasks.people.identity_provider import IdentityProvider
from tasks.people.sign_in import Begun
from web.desk import PROVIDER, Desk
from web.routing import Sent, router
from web.sign_in import address_of, entered, provider_form

STATUS = {"SGN-02": 429, "SGN-08": 503}


def routes(desk: Desk) -> APIRouter:
    """The addresses between the console and the provider."""
    pages = router()
    provider = IdentityProvider(desk.settings)

    @pages.get(BEGINS)
    def begin() -> Response:
        begun = oidc.begun(desk.now)
        try:
            address = oidc.address_of_provider(provider, begun, desk.now)
        except StepError as refused:
            return _refused(desk, refused)
        answer = RedirectResponse(address, 303)
        desk.give(answer, PROVIDER, begun, oidc.LASTS)
        return answer

    @pages.get(ANSWER)
    def answered(request: Request) -> Response:
        try:
            return entered(desk, _begun(desk, provider, request))
        except StepError as refused:
            return _refused(desk, refused)

    @pages.post(LOGOUT)
    def logged_out(form: Sent) -> Response:
        """The provider sends it, no browser: the token's signature is what it is trusted by."""
        try:
            at, when = oidc.logged_out(provider, form.get("logout_token", ""), desk.now)
        except StepError as refused:
            words = {"error": "invalid_request", "error_description": str(refused)}
            return JSONResponse(words, STATUS.get(refused.code, 400))
        with desk.anyone() as home:
            sign_in.end_at_provider(home, desk.today, at, when + oidc.LEEWAY, desk.now)
        return Response()

    return pages


def _begun(desk: Desk, provider: IdentityProvider, request: Request) -> Begun:
    """Whom the provider's answer signs in. Raises StepError SGN-02 and SGN-07 to SGN-12."""
    begun, answer = request.cookies.get(desk.named(PROVIDER), ""), dict(request.query_params)
    oidc.belongs(begun, answer.get("state", ""), desk.now)  # else anybody could fill the trail
    with desk.anyone() as home:
        sign_in.answered(home, desk.today, answer["state"], address_of(request), desk.now)
    try:
        claims = oidc.claims_of(provider, begun, answer, desk.now)
        name = oidc.name_in(desk.settings, claims)
    except StepError as refused:
        with desk.anyone() as home:
            sign_in.provider_refused(home, desk.today, refused.code)
        raise
    had = oidc.has_second_factor(desk.settings, claims)
    with desk.anyone() as home:
        at = oidc.at_provider(desk.settings, claims)
        return sign_in.begin_by_provider(
            home, desk.today, name, address_of(request), desk.now, at, had_second_factor=had
        )


def _refused(desk: Desk, refused: StepError) -> Response:
    page = provider_form(desk, refused, STATUS.get(refused.code, 403))
    desk.take(page, PROVIDER)
    return page
