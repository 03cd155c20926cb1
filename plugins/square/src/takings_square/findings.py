"""Is responsible for every finding about Square's data and its words; docs/reference/square.md lists them."""

from __future__ import annotations

from takings.plugin import Finding

_SUPPORT = "Look at it in the Square Dashboard; if it is right there, report this with the text below to takings"


def unreadable(problem: str, where: str, subject: str = "") -> Finding:
    """Something of a day does not look as Square documents it."""
    return Finding(
        code="square.unreadable",
        what="Square's data of a day can't be read",
        why=f"It is not as Square documents it: {problem}",
        do=_SUPPORT,
        where=where,
        verbatim=problem,
        subject=subject,
    )


def unplaced(text: str) -> Finding:
    """An object has no id or no time, so that no day has it."""
    return Finding(
        code="square.unplaced",
        what="Square gave an order, payment or refund that belongs to no day",
        why="It has no id, or the time that decides on its day is missing or can't be read",
        do=_SUPPORT,
        verbatim=text[:500],
    )


def other_currency(found: str, expected: str, order: str, *, subject: str) -> Finding:
    """An amount is in another currency than the location's."""
    return Finding(
        code="square.other_currency",
        what=f"There is an amount in {found[:10]}",
        why=f"The location takes {expected}, and a day has one currency",
        do="Correct the sale in Square, or leave the day unposted",
        where=order,
        subject=subject,
    )


def unknown_tax(uid: str, order: str, subject: str) -> Finding:
    """A line carries a tax that its order does not have."""
    return Finding(
        code="square.unknown_tax",
        what=f"A line carries the tax {uid[:60]}, which its order does not have",
        why="Without it the line's tax code is not known, and a tax is never assumed",
        do=_SUPPORT,
        where=order,
        subject=subject,
    )
