"""The contract of notifications: how a ledger says by itself that one of its documents changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One document of which a ledger says that it changed; `organisation` and `document` are the ledger's ids.

    `kind` is the ledger's word for what happened, `at` when; two notices that are equal are one.
    """

    organisation: str
    document: str
    kind: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """How a ledger's notifications are read, which the core takes at `POST /webhooks/plugin:key`. Both are pure.

    `setting` names the installation setting, of the kind `secret`, that notifications are signed with. `check` tells
    whether one is genuine: it is given the headers (names in small letters), the body as it came, and the secret, and
    compares with `hmac.compare_digest`. `read` is asked only then; it raises `ValueError` for a body that it can't
    read. What is told is never believed: it leads to a look at the document.

    Example::

        import hmac
        import json
        from collections.abc import Mapping

        from takings.plugin import Notice, Settings, Webhook, option


        class Installation(Settings):
            signing_key: str = option("", title="Signing key", help="From the ledger's page of hooks", kind="secret")


        def check(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
            given = headers.get("x-shop-signature", "")
            return hmac.compare_digest(hmac.new(secret.encode(), body, "sha256").hexdigest().encode(), given.encode())


        def read(body: bytes) -> tuple[Notice, ...]:
            changed = json.loads(body)["changed"]  # what is no JSON raises a ValueError
            return tuple(Notice(organisation=one["company"], document=one["invoice"]) for one in changed)


        HOOK = Webhook(setting="signing_key", check=check, read=read)
        body = b'{"changed": [{"company": "7", "invoice": "inv-1"}]}'
        signature = hmac.new(b"hush", body, "sha256").hexdigest()
        assert HOOK.check({"x-shop-signature": signature}, body, "hush")
        assert not HOOK.check({"x-shop-signature": signature}, body + b" ", "hush")
        assert HOOK.read(body) == (Notice(organisation="7", document="inv-1"),)
    """

    setting: str
    check: Callable[[Mapping[str, str], bytes, str], bool]
    read: Callable[[bytes], Sequence[Notice]]
