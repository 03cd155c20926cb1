"""The built-in numbering strategies."""

from __future__ import annotations

from takings.plugin import Counter, NumberingType, NumberInput, Settings, option


class DatedSettings(Settings):
    """What can be set for numbers with a date."""

    prefix: str = option(
        "S",
        title="Prefix",
        help="Letters, digits and dashes before the date. A prefix for each venue keeps two venues that post to "
        "the same ledger apart.",
        pattern=r"^[A-Za-z0-9-]{0,12}$",
    )


def ledger_number(given: NumberInput, settings: object) -> str | None:
    """Leave the number to the ledger."""
    return None


def dated_number(given: NumberInput, settings: DatedSettings) -> str | None:
    """Write prefix, date and the day's counter, like `S26112200`; a repost adds its generation, like `-R2`.

    The hundredth document of a day widens the counter to three digits: the number stays unique, which matters,
    and only its length changes, which the target's own rules on numbers guard.
    """
    repost = f"-R{given.generation}" if given.generation > 1 else ""
    return f"{settings.prefix}{given.business_date:%y%m%d}{given.counter:02d}{repost}"


def dated_series(settings: DatedSettings) -> str:
    """Name the series after its prefix: two integrations with one prefix share the counter of a day."""
    return settings.prefix


STRATEGIES = (
    NumberingType(
        key="ledger",
        title="The ledger numbers its documents",
        help="No number is sent; the ledger gives its next one.",
        number=ledger_number,
        counter=Counter.NONE,
    ),
    NumberingType(
        key="dated",
        title="Prefix, date and a counter",
        help="Like S26112200: the prefix, the business date as year, month and day, and a counter from 00.",
        number=dated_number,
        counter=Counter.PER_DAY,
        series=dated_series,
        settings=DatedSettings,
    ),
)
