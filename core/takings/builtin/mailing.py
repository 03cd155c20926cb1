"""Sends an alert by e-mail, through the server that the operator named, and says what is wrong where it can't."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from takings.builtin.notifiers import NONE, STARTTLS, TLS, MailSettings
from takings.plugin import Alert, Misconfigured, Retry, Unavailable

_LOG = logging.getLogger("takings.alerts")
_SYSTEM = "The mail server"
_TIMEOUT = 20.0
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def send(installation: MailSettings, alert: Alert) -> None:
    """Send an alert by e-mail; only the first recipient is named in it."""
    _check(installation)
    with _told_apart(), _connected(installation) as server:
        refused = server.send_message(write(installation, alert), installation.sender, list(alert.recipients))
    for address, (code, _) in refused.items():  # the others have it
        _LOG.warning("the mail server refused one of several addresses (%s): %s", code, address)


def write(installation: MailSettings, alert: Alert) -> EmailMessage:
    """Write the message: plain text, and never answered by a machine."""
    message = EmailMessage()
    message["Subject"] = " ".join(alert.subject.split())
    message["From"] = installation.sender
    message["To"] = alert.recipients[0]
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{alert.reference}@{installation.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if alert.urgent:
        message["Importance"] = "high"
    message.set_content(alert.text)
    return message


def _check(installation: MailSettings) -> None:
    if not installation.host:
        raise Misconfigured("host", "name the mail server of builtin:email.")
    if "@" not in installation.sender:
        raise Misconfigured("sender", "name the address that alerts come from.")
    if installation.security == NONE and installation.host not in _THIS_MACHINE:
        raise Misconfigured("security", "mail leaves this machine with STARTTLS or TLS only.")


@contextmanager
def _connected(installation: MailSettings) -> Iterator[smtplib.SMTP]:
    host, port = installation.host, installation.port
    if installation.security == TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
    with server:
        if installation.security == STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if installation.user:
            server.login(installation.user, installation.password)
        yield server


@contextmanager
def _told_apart() -> Iterator[None]:
    """Turn what goes wrong into what is to be done about it; a server's words may quote what was sent to it."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise Misconfigured("user", f"the mail server refused user and password ({error.smtp_code}).") from None
    except smtplib.SMTPNotSupportedError:
        raise Misconfigured("security", "the mail server offers no STARTTLS, or no login.") from None
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        if all(code < 500 for code in codes):
            raise Retry("The mail server does not take the address now.", timedelta(minutes=10)) from None
        raise Misconfigured("recipients", f"the mail server refused the address ({codes[-1]}).") from None
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= 500:
            raise Misconfigured("sender", f"the mail server refused the message ({error.smtp_code}).") from None
        raise Retry(f"The mail server answered {error.smtp_code}.", timedelta(minutes=10)) from None
    except ssl.SSLError as error:
        raise Misconfigured("security", f"no secure connection came about: {error.reason}.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(_SYSTEM, type(error).__name__) from None
