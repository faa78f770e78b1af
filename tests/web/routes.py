"""What the console answers: its routes, of all its routers."""

import re
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute


def routes_of(app: FastAPI) -> Iterator[APIRoute]:
    """Every route but those of files."""
    pending = list(app.routes)
    while pending:
        route = pending.pop(0)
        if isinstance(route, APIRoute):
            yield route
        else:
            pending += list(getattr(getattr(route, "original_router", None), "routes", ()))


def patterns(app: FastAPI) -> dict[str, re.Pattern[str]]:
    """What is looked at, by its route."""
    return {
        route.path: re.compile(re.sub(r"\{[^}]+\}", "[^/]+", route.path) + "$")
        for route in routes_of(app)
        if "GET" in route.methods
    }
