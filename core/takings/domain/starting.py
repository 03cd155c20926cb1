"""Start dates: how far from today one may be, and from which date on days are posted without asking. Pure."""

from __future__ import annotations

from datetime import date, timedelta

#: How far from today a start date may be: one further away is a slip, like a year typed halfway.
FURTHEST_BACK, FURTHEST_AHEAD = timedelta(days=3653), timedelta(days=366)


def unfit_start(start: date, today: date) -> str:
    """Say which dates a start date may have where this one is too far from today; else an empty text."""
    if -FURTHEST_BACK <= start - today <= FURTHEST_AHEAD:
        return ""
    return f"Enter a date between {today - FURTHEST_BACK} and {today + FURTHEST_AHEAD}."


def asks_nobody_from(start: date | None, active: date | None) -> date | None:
    """Return the date from which on days are posted without asking; None for a draft, which posts none so.

    `active` is the date on which somebody made the integration active. A start date can move it later, never earlier:
    what came before somebody agreed to post by itself is history, whoever sets the start date.
    """
    return max(active, start or active) if active else None
