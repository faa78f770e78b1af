"""The payer twin: the rehearsal that was kept last, what payers would pay and deny, what to look at."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tasks.operations.kept_rehearsal import COUNTED, Facts, kept
from web.bars import Bars, Value, lying
from web.desk import Desk
from web.errors import Refused
from web.routing import router

MOST_BARS = 12


def routes(desk: Desk) -> APIRouter:
    """The page of the rehearsal."""
    pages = router()

    @pages.get("/twin")
    def rehearsed(request: Request) -> Response:
        with desk.visit(request, "money") as visit:
            if visit.user.only is not None:
                raise Refused(403, "WEB-03", "a rehearsal is of all practices; only who sees all looks at it")
            found = kept(visit.home)
            if found is None:
                return visit.page("twin.html", found=None)
            visit.looked_at("rehearsal", str(found["day"]))
            reasons = _reasons(found)
            return visit.page(
                "twin.html",
                found=found,
                is_old=str(found["day"]) < visit.day.isoformat(),
                promised=[one for one in found["payers"] if one["promised"]],
                unpromised=[one for one in found["payers"] if not one["promised"]],
                reasons=reasons,
                picture=_picture(reasons),
            )

    return pages


def _reasons(found: Facts) -> list[dict[str, object]]:
    """What would be denied or rejected, of all payers, the most first."""
    every = [
        {**reason, "payer": one["payer"], "what": COUNTED[reason["stage"]]}
        for one in found["payers"]
        for reason in one["reasons"]
    ]
    return sorted(every, key=lambda one: -one["mean"])


def _picture(reasons: list[dict[str, object]]) -> Bars:
    values = [
        Value(f"{one['payer']} {one['reason']}", f"{one['mean']:.1f} ({one['low']} to {one['high']})",
              float(str(one["mean"])), tone="warn")
        for one in reasons[:MOST_BARS]
    ]  # fmt: skip
    return lying(values, max((one.size for one in values), default=0.0))
