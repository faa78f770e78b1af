"""`/metrics`: gauges for Prometheus, to this machine or to who has the token. Nobody is signed in for it."""

import hmac
import ipaddress
import threading
from collections.abc import Iterator

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from config.settings import Settings
from tasks.notices.recipients import NotTaken, secret
from tasks.notices.words import UNKNOWN, WORDS
from tasks.reports.metrics import Gauge, gauges
from web.desk import Desk
from web.errors import Refused
from web.routing import router

FRESH = 15  # seconds for which the same figures are told again, however often they are asked for
SHORTEST = 16  # characters of a token
SEVERITY_OF = {code: str(words.severity) for code, words in WORDS.items()}


def routes(desk: Desk) -> APIRouter:
    """The page for a monitor."""
    pages, told, guard = router(), _Told(), threading.Lock()

    @pages.get("/metrics")
    def metrics(request: Request) -> Response:
        check(desk.settings, request)
        with guard:
            if told.at is None or not 0 <= desk.now - told.at < FRESH:
                with desk.homes.one() as home:
                    found = list(gauges(home, desk.clock(), SEVERITY_OF, UNKNOWN.severity))
                told.text, told.at = written(found), desk.now
            return Response(told.text, media_type=CONTENT_TYPE_LATEST)

    return pages


class _Told:
    at: int | None = None
    text: bytes = b""


def check(settings: Settings, request: Request) -> None:
    """Raises Refused WEB-11: neither this machine, nor the token, as the settings ask for."""
    if settings.metrics == "loopback":
        host = request.client.host if request.client is not None else ""
        if settings.console_behind_proxy or not _is_loopback(host):
            raise Refused(403, "WEB-11", 'only this machine is told; metrics = "token" tells others')
        return
    try:
        token = secret(settings.metrics_token, settings.metrics_token_file, "metrics_token")
    except NotTaken as error:
        raise Refused(503, "WEB-11", str(error)) from None
    if len(token) < SHORTEST:
        raise Refused(503, "WEB-11", f"metrics_token needs {SHORTEST} characters at least")
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Refused(401, "WEB-11", "the token is not the one of metrics_token")


def written(found: list[Gauge]) -> bytes:
    """Gauges in Prometheus's own text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gauges(found))
    return generate_latest(registry)


class _Gauges(Collector):
    def __init__(self, found: list[Gauge]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        for gauge in self._found:
            labels = [gauge.label] if gauge.label else []
            family = GaugeMetricFamily(f"cleanclaim_{gauge.name}", gauge.says, labels=labels)
            for value, number in sorted(gauge.values.items()):
                family.add_metric([value] if gauge.label else [], number)
            yield family


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
