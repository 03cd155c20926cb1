"""Writes a digest: what is new since the last one, by integration, in a few plain lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from takings.sync.concerns import Concern

#: How many things of a sort are listed.
_LISTED = 10

_SORTS = {
    "connect": ("connection to renew", "connections to renew"),
    "failed": ("failed run", "failed runs"),
    "drift": ("document differs in the ledger", "documents differ in the ledger"),
    "held": ("day held back", "days held back"),
    "partly": ("day posted in part", "days posted in part"),
    "changed": ("day changed after posting", "days changed after posting"),
    "payments": ("document whose payments were refused", "documents whose payments were refused"),
    "undoing": ("day taken back in part", "days taken back in part"),
    "unconfirmed": ("day waits to be confirmed", "days wait to be confirmed"),
    "missing": ("close missing", "closes missing"),
    "empty": ("venue without takings", "times without takings"),
}

#: Sorts whose things each have a sentence of their own; the others are a list of dates.
_SENTENCES = ("connect", "failed", "drift", "empty")


def subject_of(new: Sequence[Concern]) -> str:
    """Return the subject of a digest."""
    names = list(dict.fromkeys(one.integration for one in new))
    where = names[0] if len(names) == 1 else f"{len(names)} integrations"
    sorts = list(dict.fromkeys(one.sort for one in new))
    if len(sorts) == 1:
        return f"{where}: {counted(sorts[0], len(new))}"
    return f"{where}: {len(new)} things need you"


def text_of(new: Sequence[Concern], still: int, since: datetime | None) -> str:
    """Return the text of a digest; `still` counts what earlier ones told of and that still stands."""
    lines = [f"New since {since:%Y-%m-%d %H:%M} UTC:" if since else "What needs you:"]
    for name in dict.fromkeys(one.integration for one in new):
        lines += ["", name, *_of_one([one for one in new if one.integration == name])]
    if still:
        lines += ["", f"Of what was told before, {still} {'stands' if still == 1 else 'stand'} still."]
    return "\n".join([*lines, "", "There is at most one such message a day, unless something can't wait.", ""])


def _of_one(concerns: Sequence[Concern]) -> Iterable[str]:
    for sort in _SORTS:
        some = [one for one in concerns if one.sort == sort]
        if not some:
            continue
        more = f", and {len(some) - _LISTED} more" if len(some) > _LISTED else ""
        if sort in _SENTENCES:
            yield f"- {counted(sort, len(some))}:"
            yield from (f"    {_sentence(one.what)}" for one in some[:_LISTED])
            if more:
                yield f"    {more.removeprefix(', ')}"
        else:
            yield f"- {counted(sort, len(some))}: {', '.join(one.subject for one in some[:_LISTED])}{more}"
            reasons = list(dict.fromkeys(one.what for one in some if one.what))
            yield from (f"    {_sentence(one)}" for one in reasons[:3])


def counted(sort: str, count: int) -> str:
    """Return how many of a sort there are, like `2 days held back`."""
    one, several = _SORTS[sort]
    return f"{count} {one if count == 1 else several}"


def _sentence(text: str) -> str:
    return " ".join(text.split()).rstrip(".") + "."
