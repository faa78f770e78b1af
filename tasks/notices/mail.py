"""One e-mail to one recipient. The server is verified, and no step of the conversation may last."""

import smtplib
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from config.settings import Settings
from tasks.notices.message import Message
from tasks.notices.recipients import NotTaken, only_this_machine, secret, verified

POLICY = SMTP.clone(max_line_length=500)  # a subject stays one line
STEP = 10.0  # seconds that one step of the conversation may last


def check(settings: Settings) -> None:
    """Raises NotTaken where the settings are not enough to send an e-mail."""
    if not settings.smtp_host or not settings.notify_from:
        raise NotTaken("notify_emails needs smtp_host and notify_from in the settings")
    if settings.demo or settings.smtp_security == "none":
        only_this_machine(settings, settings.smtp_host, "smtp_host")
    if settings.smtp_user and not _password(settings):
        raise NotTaken("smtp_user needs CLEANCLAIM_SMTP_PASSWORD in the environment, or smtp_password_file")


def reach(settings: Settings) -> None:
    """Connects and signs in, and sends nothing. Raises NotTaken."""
    check(settings)
    try:
        connection = _connected(settings)
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(_why(error)) from None
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()


def send(settings: Settings, address: str, message: Message, message_id: str, at: datetime) -> None:
    """Sends to one address. `message_id` is the same each time. Raises NotTaken."""
    check(settings)
    mail = made(settings, address, message, message_id, at)
    try:
        connection = _connected(settings)
        try:
            connection.send_message(mail, settings.notify_from, [address])
        finally:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(_why(error)) from None


def made(settings: Settings, address: str, message: Message, message_id: str, at: datetime) -> EmailMessage:
    """The e-mail as it goes out."""
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = message.subject
    mail["From"] = settings.notify_from
    mail["To"] = address
    mail["Date"] = format_datetime(at.astimezone(UTC))
    mail["Message-ID"] = f"<{message_id}@{settings.notify_from.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # no out-of-office answer
    mail.set_content(message.text, cte="quoted-printable")
    return mail


def _connected(settings: Settings) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    context = verified(settings)
    if settings.smtp_security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=STEP, context=context)
    else:
        connection = smtplib.SMTP(host, port, timeout=STEP)
    try:
        if settings.smtp_security == "starttls":
            connection.starttls(context=context)
        if settings.smtp_user:
            connection.login(settings.smtp_user, _password(settings))
    except BaseException:
        connection.close()
        raise
    return connection


def _password(settings: Settings) -> str:
    return secret(settings.smtp_password, settings.smtp_password_file, "smtp_password")


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, _ = next(iter(error.recipients.values()))
        return f"the mail server refused the recipient ({code})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server refused ({type(error).__name__}, {error.smtp_code})"
    return f"the mail server could not be used ({type(error).__name__})"
