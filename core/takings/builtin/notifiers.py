"""The built-in notifiers: the log of the program, and e-mail through a server that the operator names."""

from __future__ import annotations

import logging

from takings.plugin import Alert, NoSettings, NotifierType, Settings, option

_LOG = logging.getLogger("takings.alerts")

#: How the connection to the mail server is kept secret.
STARTTLS, TLS, NONE = "starttls", "tls", "none"


class MailSettings(Settings):
    """The operator's mail server."""

    host: str = option("", title="Server", help="The name of the server that takes outgoing mail")
    port: int = option(587, title="Port", help="587 with STARTTLS, 465 with TLS", kind="whole_number", ge=1, le=65535)
    security: str = option(
        STARTTLS,
        title="Security",
        help="Without any, nothing leaves this machine but to a server on it",
        kind="choice",
        choices={STARTTLS: "STARTTLS", TLS: "TLS from the beginning", NONE: "None, on this machine only"},
    )
    user: str = option("", title="User", help="Empty for a server that asks for none")
    password: str = option("", title="Password", help="Of that user", kind="secret")
    sender: str = option("", title="Sender", help="The address that alerts come from")


def log(installation: NoSettings, alert: Alert) -> None:
    """Write an alert to the log."""
    _LOG.warning("%s\n%s", alert.subject, alert.text)


def mail(installation: MailSettings, alert: Alert) -> None:
    """Send an alert by e-mail; what sends is imported only now."""
    from takings.builtin.mailing import send  # noqa: PLC0415

    send(installation, alert)


NOTIFIERS = (
    NotifierType(key="log", title="The program's log", send=log, needs_address=False),
    NotifierType(key="email", title="E-mail", send=mail, installation=MailSettings),
)
