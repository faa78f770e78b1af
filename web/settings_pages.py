"""Settings: each value with where it comes from. They are read here, and changed in the home's file."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.settings import FILE_NAME, PREFIX
from config.settings_shown import shown
from web.desk import Desk
from web.keeping import needs_keeper
from web.routing import router


def routes(desk: Desk) -> APIRouter:
    """The page of the settings."""
    pages = router()

    @pages.get("/settings")
    def settings(request: Request) -> Response:
        with desk.visit(request) as visit:
            needs_keeper(visit)
            found = shown(visit.home.settings)
            return visit.page(
                "settings.html",
                found=found,
                own=sum(one.source != "default" for one in found),
                file=FILE_NAME,
                prefix=PREFIX,
            )

    return pages
