"""One post to the webhook: JSON, signed where a key is set, under the same idempotency key each time."""

import hashlib
import hmac
import json
import logging
from datetime import datetime

from config.settings import Settings
from tasks.notices.message import Message
from tasks.notices.recipients import NotTaken, checked_url, secret, verified

STEP = 10.0  # seconds that one step of the conversation may last

for _name in ("httpx", "httpcore"):  # they log addresses, and an address may be a secret
    logging.getLogger(_name).setLevel(logging.WARNING)


def url_of(settings: Settings) -> str:
    """The webhook's address. Raises NotTaken where it is none, or may not be posted to."""
    return checked_url(
        settings, secret(settings.webhook_url, settings.webhook_url_file, "webhook_url"), "webhook_url"
    )


def send(settings: Settings, message: Message, message_id: str, at: datetime) -> None:
    """Posts a message. Raises NotTaken: an answer that is not 2xx, or none."""
    url = url_of(settings)
    body = json.dumps(
        {"id": message_id, "subject": message.subject, "text": message.text, **message.data}
    ).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": message_id}
    key = key_of(settings)
    if key:
        headers |= signed(key, body, int(at.timestamp()))
    request(settings, "POST", url, body, headers)


def key_of(settings: Settings) -> str:
    """The key of the signature; "" none. Raises NotTaken where its file can't be read."""
    return secret(settings.webhook_secret, settings.webhook_secret_file, "webhook_secret")


def signed(key: str, body: bytes, at: int) -> dict[str, str]:
    """The signature's headers: HMAC-SHA256 over the time (seconds since the epoch), a dot and the body."""
    digest = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-CleanClaim-Timestamp": str(at), "X-CleanClaim-Signature": f"v1={digest}"}


def request(
    settings: Settings, method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> None:
    """One request whose answer's status alone counts; no redirect is followed. Raises NotTaken."""
    import httpx  # a tenth of a second: only where something is sent

    try:
        with (
            httpx.Client(verify=verified(settings), timeout=STEP, trust_env=not settings.demo) as client,
            client.stream(method, url, content=body, headers=headers) as answer,
        ):
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise NotTaken(f"its server could not be used ({type(error).__name__})") from None
    if not 200 <= status < 300:
        raise NotTaken(f"its server answered {status}")
