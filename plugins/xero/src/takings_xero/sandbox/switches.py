"""What can be switched in a sandbox, with the defaults: consent, clock, limits, and each open point about Xero."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

LONGEST_LATENCY_MS = 600_000


class Switches(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """All switches; kept in the sandbox's file, so that they survive a restart."""

    auto_consent: bool = False
    """Answer the authorise address with a code at once, without a page."""
    consent_tenants: list[str] = []
    """Tenant ids that auto consent connects; empty means all organisations."""
    consent_user: str = "owner@example.com"
    """Who is signed in at the consent page."""
    granular_scopes_only: bool = False
    """Refuse broad scopes, as for apps created since 2 March 2026."""
    clock_offset: float = 0.0
    """Seconds added to the clock."""
    latency_ms: Annotated[float, msgspec.Meta(ge=0, le=LONGEST_LATENCY_MS)] = 0.0
    """How long each call waits before it is worked on."""
    limit_concurrent: int | None = 5
    """Calls at once per organisation; null switches a limit off."""
    limit_minute: int | None = 60
    """Calls a minute per organisation."""
    limit_day: int | None = 5000
    """Calls a day per organisation (1000 on the Starter tier)."""
    limit_app_minute: int | None = 10000
    """Calls a minute of one app over all organisations."""
    problem_minute: str = "minute"
    problem_day: str = "day"
    problem_concurrent: str = "concurrent"
    """Spelling of X-Rate-Limit-Problem; only `minute` was recorded."""
    problem_app: str = "appminute"
    payments_per_element: bool = True
    """summarizeErrors=false gives a verdict per payment; off: one bad payment refuses the call."""
    zero_total: Literal["PAID", "AUTHORISED"] = "PAID"
    """What becomes of an approved invoice of 0.00."""
    reuse_dead_numbers: bool = False
    """PUT may use the number of a voided or deleted invoice again."""
    tax_amount: Literal["accept", "ignore", "refuse"] = "accept"
    """What happens to a TaxAmount that differs from the computed tax."""
    lock_drafts: bool = True
    """Lock dates hold for drafts too."""
    payment_locked_message: str = ""
    """Replaces the guessed sentence about a payment date in a locked period."""
    payment_history: bool = False
    """Payments take history records (long broken at Xero)."""
    approve_limit: int | None = None
    """How many sales invoices of one calendar month can be approved (smallest plans: 5 to 20); null: any number."""
    max_body_bytes: int = 3_500_000
    """The largest request body."""


def changed(current: Switches, changes: dict[str, Any]) -> Switches:
    """Return the switches with changes; raises msgspec.ValidationError for an unknown name or a wrong value."""
    return msgspec.convert({**msgspec.to_builtins(current), **changes}, Switches)
