"""How a form is read, and what becomes of an error: a refusal with a code, in words written for people."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.border import MOST_BYTES, TooLarge
from web.desk import Form
from web.errors import Refused, as_refused

MOST_FIELDS = 500
FORM = "application/x-www-form-urlencoded"


async def form_of(request: Request) -> Form:
    """The fields of a form. Raises Refused WEB-05: it is none, or has too many."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Refused(415, "WEB-05", "the request is no form of this console")
    read = await request.form(max_fields=MOST_FIELDS, max_files=0)
    fields = [(name, value) for name, value in read.multi_items() if isinstance(value, str)]
    if len(fields) > MOST_FIELDS:
        raise Refused(413, "WEB-05", f"a form has {MOST_FIELDS} fields at most")
    return ImmutableMultiDict([(name, value.replace("\0", "")) for name, value in fields])


Sent = Annotated[Form, Depends(form_of)]
"""A form that was sent, as an endpoint takes it."""


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def coded(request: Request) -> Response:
            try:
                return await handle(request)
            except (Refused, HTTPException, RequestValidationError):
                raise
            except TooLarge:
                raise Refused(413, "WEB-05", f"a form has {MOST_BYTES // 1024} KB at most") from None
            except Exception as error:
                refused = as_refused(error)
            raise refused

        return coded


def router() -> APIRouter:
    """A router whose errors are refusals."""
    return APIRouter(route_class=_Route)
