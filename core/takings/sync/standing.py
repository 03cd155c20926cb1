"""What of ours stands in the ledger before anything is planned: documents that a lost database knew of. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from takings.domain.findings import Finding
from takings.domain.money import ZERO, show_amount
from takings.plugin.documents import Document, Plan
from takings.plugin.targets import StandingDocument, Survey
from takings.plugin.undoing import UNDO

#: The code of the finding that a day was taken back by a database that is lost.
REVERSED = "ledger.reversed"


class Standings:
    """Our documents that stand in the ledger, by the keys of their units; pure.

    A database that was lost knows of no generation but the first. So a day's documents count whatever their
    generation: one that stands alone is the day's. One that another document reverses counts no more than one that
    was voided.
    """

    def __init__(self, survey: Survey, known: Collection[str] = ()) -> None:
        self.documents: dict[str, list[StandingDocument]] = {}
        self.opposites: dict[str, list[StandingDocument]] = {}
        self._generations: dict[str, dict[int, bool]] = {}
        for one in survey.documents:
            unit, _, kind = one.key.rpartition("/")
            if not unit:
                continue
            if kind.startswith(UNDO):
                if not one.voided and unit not in known:
                    self.opposites.setdefault(unit, []).append(one)
                continue
            self.documents.setdefault(unit, []).append(one)
            found = re.fullmatch(r"(.*)/g(\d+)", unit)
            if found and unit not in known:
                lives = self._generations.setdefault(found[1], {})
                lives[int(found[2])] = lives.get(int(found[2]), False) or not one.voided
        for unit in filter(self.is_reversed, self.opposites):
            base, _, generation = unit.rpartition("/g")
            if base in self._generations:
                self._generations[base][int(generation)] = False

    def is_reversed(self, unit: str) -> bool:
        """Whether all that stands of a unit is reversed, so that together it comes to nothing."""
        own = [one for one in self.documents.get(unit, ()) if not one.voided]
        others = self.opposites.get(unit, [])
        if not own or len(own) != len(others):
            return False
        pair = [*own, *others]
        lines = _by_account((account, one.sign * amount) for one in pair for account, amount in one.lines.items())
        return not lines and not sum((one.sign * one.total for one in pair), ZERO)

    def of(self, unit: str) -> dict[int, bool]:
        """Return the generations beside a unit's that stand and nobody here knows of, and which of them live."""
        return self._generations.get(unit.rpartition("/")[0], {})

    def generation(self, unit: str, own: int) -> int:
        """Return the generation that a unit is planned as: its `own`, or another one that stands in the ledger."""
        found = self.of(unit)
        living = [generation for generation, lives in found.items() if lives]
        return max(living) if living else max(own, *found, 0)


def open_date(survey: Survey, today: date) -> date:
    """Return the date of what is posted now for a day of the past: today, or the first date that is open."""
    if survey.locked_through is None or survey.locked_through < today:
        return today
    return survey.locked_through + timedelta(days=1)


def stands_several(standing: Standings, unit: str, day: str) -> tuple[Finding, ...]:
    """Say that a day was adjusted or reversed by a database that is lost: its documents can't be told apart here."""
    living = [generation for generation, lives in standing.of(unit).items() if lives]
    reverses = unit in standing.opposites
    if len(living) < 2 and not reverses:
        return ()
    what = "a document that reverses it" if reverses else f"{len(living)} documents"
    return (
        Finding(
            code="ledger.several_generations",
            what=f"The ledger holds {what} for {day}, and this database does not know why",
            why="The day was adjusted, posted again or taken back before this database knew of it",
            do="Look at the documents in the ledger; where they are right together, decide never to post the day",
            where="day",
            subject=unit,
        ),
    )


def stands_reversed(standing: Standings, unit: str, day: str) -> tuple[Finding, ...]:
    """Say that a day was taken back, by a database that is lost: its document stands, and one that reverses it."""
    if not standing.is_reversed(unit):
        return ()
    own = ", ".join(one.number or one.id for one in standing.documents[unit] if not one.voided)
    others = ", ".join(f"{one.number or one.id} of {one.day}" for one in standing.opposites[unit])
    return (
        Finding(
            code="ledger.reversed",
            what=f"The ledger holds {own} for {day}, reversed by {others}",
            why="The day was taken back before this database knew of it, and is not posted again unasked",
            do="There is nothing to do; to post the day again, decide so",
            where="day",
            subject=unit,
        ),
    )


def stands_later(standing: Standings, unit: str, day: str) -> tuple[Finding, ...]:
    """Say that a half-posted unit was taken back and posted anew, by the database of which this one is a copy."""
    own = int(unit.rpartition("/g")[2])
    if not any(lives for generation, lives in standing.of(unit).items() if generation != own):
        return ()
    return (
        Finding(
            code="ledger.posted_anew",
            what=f"{day} is posted in part here, and the ledger holds a document that it was posted anew with",
            why="This database was put back from a copy that is older than that document",
            do="Sync again; where a part stands then, undo the day and decide to post it anew: what stands is taken "
            "over",
            where="day",
            subject=unit,
        ),
    )


def stands_otherwise(plan: Plan, standing: Sequence[StandingDocument]) -> tuple[Finding, ...]:
    """Say that the ledger holds another document of ours for the day than it would get now: the day changed since."""
    planned = {document.key: document for document in plan.documents}
    found = []
    for one in standing:
        document = planned.get(one.key)
        if document is None and not planned:
            continue
        if document is None or document.total != one.total:
            found.append(_other_total(one, document or plan.documents[0], same_kind=document is not None))
        elif one.lines and _by_account(one.lines.items()) != _sums(document):
            found.append(_other_lines(one))
    return tuple(found)


def _by_account(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for account, amount in amounts:
        sums[account] = sums.get(account, ZERO) + amount
    return {account: amount for account, amount in sums.items() if amount}


def _sums(document: Document) -> dict[str, Decimal]:
    return _by_account((line.account.id, line.amount) for line in document.lines)


_WHY = "It was posted before this database knew of it, and the day, the mapping or the settings were changed since"


def _other_total(one: StandingDocument, document: Document, *, same_kind: bool) -> Finding:
    return Finding(
        code="ledger.stands_otherwise",
        what=f"The ledger holds {one.number or one.key} of {one.day} with a total of "
        f"{show_amount(one.total, document.currency)}, and the day comes to "
        f"{show_amount(document.total, document.currency)} {document.currency}"
        + ("" if same_kind else " in another kind of document"),
        why=_WHY,
        do="Put the document right in the ledger by hand, or remove it there"
        + ("" if same_kind else "; or choose the kind of document that it is in the settings"),
        where="day",
        subject=one.key,
    )


def _other_lines(one: StandingDocument) -> Finding:
    return Finding(
        code="ledger.stands_otherwise",
        what=f"The ledger holds {one.number or one.key} of {one.day} with other amounts on its accounts than the day "
        "comes to now",
        why=_WHY,
        do="Put the document right in the ledger by hand, or remove it there",
        where="day",
        subject=one.key,
    )
