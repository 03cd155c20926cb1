"""How closes become documents, as fields of the advanced settings and as stored values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takings.domain.combining import Combining
from takings.domain.schedule import WEEKDAYS
from takings.errors import UsageError
from takings.store.tables import Integration
from takings.views import ChoiceView, FieldView

COMBINING, WEEK_STARTS, PAY_APPROVED = "combining", "week_starts", "pay_approved"
#: All that `set_combining` takes.
NAMES = (COMBINING, WEEK_STARTS, PAY_APPROVED)
GROUP = "Documents"

_CHOICES = {
    Combining.CLOSE: "Each close, as the point of sale closed it",
    Combining.DAY: "Each trading day, with all of its closes",
    Combining.WEEK: "Each week",
    Combining.MONTH: "Each month",
}


def combining_fields(integration: Integration) -> tuple[FieldView, ...]:
    """Return what is asked about combining, with what is stored."""
    return (
        FieldView(
            name=COMBINING,
            label="What becomes one document",
            help="One for each close is the default: banks pay out by the day, and each day can be matched, mended "
            "and undone alone. A longer period waits until it is over with every day in it. A week ends with its "
            "month, so that each month's tax is in that month. A change is for days that are not posted yet",
            kind="choice",
            value=integration.combining,
            default=Combining.CLOSE.value,
            choices=tuple(ChoiceView(value=one.value, label=label, group="") for one, label in _CHOICES.items()),
            group=GROUP,
        ),
        FieldView(
            name=WEEK_STARTS,
            label="A week starts on",
            help="Monday, as most Australian venues pay and report; choose the day of your own trading week",
            kind="choice",
            value=WEEKDAYS[integration.week_starts].lower(),
            default=WEEKDAYS[0].lower(),
            choices=tuple(ChoiceView(value=one.lower(), label=one, group="") for one in WEEKDAYS),
            group=GROUP,
            show_when={COMBINING: (Combining.WEEK.value,)},
        ),
    )


def approval_field(integration: Integration) -> FieldView:
    """Return what is asked about payments that wait for an approval."""
    return FieldView(
        name=PAY_APPROVED,
        label="Post payments by itself once a document is approved",
        help="Of documents that are left as drafts. Off, the payments are offered and wait for somebody: whoever "
        "checks drafts may want to look before money is shown as received",
        kind="switch",
        required=False,
        value=integration.pay_approved,
        default=False,
        group=GROUP,
    )


def set_combining(integration: Integration, changes: Mapping[str, Any]) -> None:
    """Take what is named in `changes` over into an integration; raises UsageError on what it can't be."""
    if COMBINING in changes:
        integration.combining = check_combining(changes[COMBINING]).value
    if PAY_APPROVED in changes:
        integration.pay_approved = _check_switch(changes[PAY_APPROVED])
    if WEEK_STARTS in changes:
        integration.week_starts = check_weekday(changes[WEEK_STARTS])


def _check_switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"{PAY_APPROVED} is {value!r}. Choose true or false.")
    return value


def check_combining(value: Any) -> Combining:
    """Return what becomes one document."""
    try:
        return Combining(value)
    except ValueError:
        raise UsageError(f"{value!r} can't become one document; choose {', '.join(Combining)}.") from None


def check_weekday(value: Any) -> int:
    """Return the number of a weekday, 0 for Monday, from its number or its name."""
    names = [one.lower() for one in WEEKDAYS]
    if isinstance(value, str) and value.lower() in names:
        return names.index(value.lower())
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
        return value
    raise UsageError(f"{value!r} is not a weekday; choose {', '.join(names)}.")
