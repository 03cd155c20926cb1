"""The contract of a notifier: how a digest of what needs a person reaches people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from takings.plugin.settings import NoSettings, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One digest for one owner, as plain text without secrets.

    `recipients` are addresses, the owner's first; none where a notifier needs none. `reference` is the same when the
    same digest is tried again, and another one for any other. `urgent` says that something new can't wait for a day.
    """

    owner: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    reference: str
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierType:
    """One way of telling people, as its plugin declares it.

    `send(installation, alert)` returns when the alert is on its way. It raises `Retry` or `Unavailable` for what
    passes and `Misconfigured` for what the operator has to mend; it is called again later then. It is never called
    again for an alert that it took, unless the program died before that was noted: then it gets the same `reference`
    once more. `needs_address` says that it can't tell anybody without recipients.

    Example::

        from takings.plugin import Alert, NotifierType, Settings, option

        sent: list[str] = []


        class Pager(Settings):
            number: str = option("", title="Number", help="Of whoever is on call")


        def send(installation: Pager, alert: Alert) -> None:
            sent.append(f"{installation.number}: {alert.subject}")


        PAGER = NotifierType(key="pager", title="Pager", send=send, installation=Pager, needs_address=False)
        alert = Alert(owner="shop", recipients=(), subject="1 day held back", text="", reference="shop-1")
        PAGER.send(Pager(number="555"), alert)
        assert sent == ["555: 1 day held back"]
    """

    key: str
    title: str
    send: Callable[[Any, Alert], None]
    installation: type[Settings] = NoSettings
    needs_address: bool = True
