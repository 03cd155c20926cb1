"""The built-in numbering strategies."""

from __future__ import annotations

from takings.builtin.patterns import PatternSettings, pattern_number
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
    return f"{settings.prefix}{given.business_date:%y%m%d}{given.counter:02d}{_repost(given)}"


def dated_series(settings: DatedSettings) -> str:
    """Name the series after its prefix: two integrations with one prefix share the counter of a day."""
    return settings.prefix


class SequenceSettings(Settings):
    """What can be set for running numbers."""

    prefix: str = option(
        "",
        title="Prefix",
        help="Letters, digits and dashes before the number. A prefix for each venue gives each its own numbers.",
        pattern=r"^[A-Za-z0-9-]{0,20}$",
    )
    digits: int = option(
        5, title="Digits", help="How many digits the number has at least", kind="whole_number", ge=1, le=12
    )
    start: int = option(
        1,
        title="First number",
        help="Where the numbers begin; a higher one later lets them go on from there, a lower one changes nothing",
        kind="whole_number",
        ge=0,
        le=999_999_999,
    )


def sequence_number(given: NumberInput, settings: SequenceSettings) -> str:
    """Write prefix and running number, like `POS-00042`; a repost adds its generation."""
    return f"{settings.prefix}{given.counter:0{settings.digits}d}{_repost(given)}"


def source_number(given: NumberInput, settings: object) -> str:
    """Take the point of sale's own number of the day; without one there is none to give."""
    return f"{given.source_number}{_repost(given)}" if given.source_number else ""


def _repost(given: NumberInput) -> str:
    return f"-R{given.generation}" if given.generation > 1 else ""


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
    NumberingType(
        key="sequence",
        title="Prefix and a running number",
        help="Like POS-00042: each document gets the next number, whatever its date.",
        number=sequence_number,
        counter=Counter.SEQUENCE,
        series=lambda settings: settings.prefix,
        first=lambda settings: settings.start,
        settings=SequenceSettings,
    ),
    NumberingType(
        key="source",
        title="The point of sale's own number",
        help="The number that the point of sale gave the day; a day without one is held.",
        number=source_number,
    ),
    NumberingType(
        key="pattern",
        title="A pattern of your own",
        help="Like {site}-{yy}{mm}{dd}-{number}: text with the date, the site, the close and a running number in it.",
        number=pattern_number,
        counter=Counter.SEQUENCE,
        series=lambda settings: settings.pattern,
        first=lambda settings: settings.start,
        settings=PatternSettings,
    ),
)
