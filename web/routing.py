"""How a form is read, and what becomes of an error: a refusal with a code, in words written for people.

What is unforeseen is named by its kind and place alone, on the page and in the log: a message of a database
or of Python may quote what was read.
"""

import logging
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.unforeseen import raised_at
from tasks.errors import StepError, as_step_error
from web.border import MOST_BYTES, TooLarge
from web.desk import Form
from web.errors import Refused

log = logging.getLogger("cleanclaim.console")

MOST_FIELDS = 500
FORM = "application/x-www-form-urlencoded"
_CODE = re.compile(r"[A-Z]{3}-[A-Z\d-]+")


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


def as_refused(error: Exception) -> Refused:
    """The refusal that an error becomes."""
    found = as_step_error(error, "the page")
    if _CODE.fullmatch(found.code) and not found.code.startswith("NIT-0"):
        message = found.message.removeprefix(found.code).strip()
        status = 503 if found.retryable else 409 if isinstance(error, StepError) else 422
        return Refused(status, found.code, message)
    place = raised_at(error)
    log.error("WEB-09 %s at %s", type(error).__name__, place)
    return Refused(500, "WEB-09", f"{type(error).__name__} at {place}; please report this")
