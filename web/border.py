"""What no request gets past: the name it came under, its size, and the headers of every answer.

A page may load what this console serves and nothing else; no script and no style stands in a page. The name
is compared because a foreign page can make a browser send to this machine under a name of its own.
"""

from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 256 * 1024
"""Of a form. Files of pictures and PDFs are not taken yet."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Pico's own arrows and ticks are in its sheet
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class TooLarge(Exception):
    """The body of a request is longer than a form may be."""


class Border:
    """Stands before the application."""

    def __init__(self, app: ASGIApp, names: Collection[str], secure: bool) -> None:
        self._app, self._names = app, frozenset(name.lower() for name in names)
        self._headers = dict(HEADERS)
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # no websocket is spoken here
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                own = str(scope["path"]).startswith("/static/")
                headers.setdefault("Cache-Control", "max-age=300" if own else "no-store")
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, answer)
            return
        try:
            await self._app(scope, _bounded(receive), answer)
        except TooLarge:
            if not started:
                await _too_large()(scope, receive, answer)

    def _refused(self, scope: Scope) -> PlainTextResponse | None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").lower()
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        if name not in self._names:
            words = "WEB-06 the console is not reached under this name; add it to console_names"
            return PlainTextResponse(words, 421)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length[:12]) > MOST_BYTES:
            return _too_large()
        return None


def _too_large() -> PlainTextResponse:
    return PlainTextResponse(f"WEB-05 a form has {MOST_BYTES // 1024} KB at most; send less", 413)


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BYTES:
            raise TooLarge
        return message

    return bounded
