"""Numbers by a pattern that the owner writes: an allow-list of tokens, replaced as text.

Neither jinja2 nor `str.format`: the first lets a pattern take any amount of memory, the second reaches attributes.
"""

from __future__ import annotations

import re

from pydantic import field_validator

from takings.plugin import NumberInput, Settings, option

LONGEST = 60
TOKENS = ("date", "yy", "mm", "dd", "site", "sequence", "number")

_TOKEN = re.compile(r"\{([^{}]*)\}")


class PatternSettings(Settings):
    """What can be set for numbers by a pattern."""

    pattern: str = option(
        "{yy}{mm}{dd}-{number}",
        title="Pattern",
        help="Text with {date} (20261122), {yy}, {mm}, {dd}, {site}, {sequence} (which close of the day) and "
        "{number} (a running number) in it; it has {number}, or a whole date and {sequence}",
        max_length=LONGEST,
    )
    digits: int = option(
        4, title="Digits", help="How many digits {number} has at least", kind="whole_number", ge=1, le=12
    )
    start: int = option(
        1,
        title="First number",
        help="Where {number} begins; a higher one later lets it go on from there, a lower one changes nothing",
        kind="whole_number",
        ge=0,
        le=999_999_999,
    )

    @field_validator("pattern")
    @classmethod
    def _usable(cls, pattern: str) -> str:
        if problem := problem_of(pattern):
            raise ValueError(problem)
        return pattern


def problem_of(pattern: str) -> str:
    """Say what is wrong with a pattern, or nothing."""
    used = _TOKEN.findall(pattern)
    unknown = [one for one in used if one not in TOKENS]
    if unknown:
        known = ", ".join(f"{{{one}}}" for one in TOKENS)
        return f"{{{unknown[0]}}} is none of {known}"
    rest = _TOKEN.sub("", pattern)
    if "{" in rest or "}" in rest:
        return "a brace stands alone"
    if not rest.isprintable():
        return "it has a character that can't be printed"
    whole_date = "date" in used or {"yy", "mm", "dd"} <= set(used)
    if "number" not in used and not (whole_date and "sequence" in used):
        return "two documents would get the same number: use {number}, or a whole date and {sequence}"
    return ""


def pattern_number(given: NumberInput, settings: PatternSettings) -> str:
    """Write the pattern with its tokens replaced; a repost adds its generation."""
    day = given.business_date
    values = {
        "date": f"{day:%Y%m%d}",
        "yy": f"{day:%y}",
        "mm": f"{day:%m}",
        "dd": f"{day:%d}",
        "site": given.site,
        "sequence": str(given.sequence),
        "number": f"{given.counter:0{settings.digits}d}",
    }
    repost = f"-R{given.generation}" if given.generation > 1 else ""
    return _TOKEN.sub(lambda token: values[token[1]], settings.pattern) + repost
