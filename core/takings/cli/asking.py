"""Asks a person: may past days be posted, which organisation is it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from takings.cli.output import note
from takings.cli.progress import Meter
from takings.errors import ConfirmationNeeded

if TYPE_CHECKING:
    from takings.views import Confirmation, OrganisationView


class Declined(ConfirmationNeeded):
    """The person who was asked said no."""

    def __init__(self, confirmation: Confirmation, left: str) -> None:
        super().__init__(confirmation.count, str(confirmation))
        self.left = left

    def __str__(self) -> str:
        return self.left


def can_ask() -> bool:
    """Tell whether somebody sits in front of it: both the question and the answer need a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm_with(
    count: int | None,
    meter: Meter,
    *,
    question: str = "Post them?",
    left: str = "Nothing was posted. The days are kept; the next sync asks again.",
) -> Callable[[Confirmation], bool] | int | None:
    """Return how something is confirmed: by the count given, by asking, or not at all."""
    if count is not None:
        return count
    if not can_ask():
        return None

    def ask(confirmation: Confirmation) -> bool:
        meter.pause()
        note(confirmation)
        try:
            agreed = click.confirm(question, default=False, err=True)
        except click.Abort:
            raise KeyboardInterrupt from None  # the run is interrupted, not at fault
        if not agreed:
            raise Declined(confirmation, left)
        meter.go_on()
        return True

    return ask


def choose(organisations: tuple[OrganisationView, ...], wanted: str) -> OrganisationView:
    """Return the organisation wanted by name or id, the only one, or the one a person picks.

    Raises click's `UsageError` when that can't be decided.
    """
    if wanted:
        found = [one for one in organisations if wanted in (one.id, one.name)]
        if len(found) == 1:
            return found[0]
        problem = "Several organisations are called" if found else "The authorisation reaches no organisation"
        raise click.UsageError(f"{problem} {wanted}. It reaches: {_listed(organisations)}")
    if len(organisations) == 1:
        return organisations[0]
    if not organisations:
        raise click.UsageError("The authorisation reaches no organisation; allow one when you connect again.")
    if not can_ask():
        raise click.UsageError(f"Name one with --organisation: {_listed(organisations)}")
    for number, one in enumerate(organisations, 1):
        note(f"{number}  {one.name}  {one.id}")
    picked = click.prompt("Which organisation", type=click.IntRange(1, len(organisations)), err=True)
    return organisations[picked - 1]


def _listed(organisations: tuple[OrganisationView, ...]) -> str:
    return ", ".join(f"{one.name} ({one.id})" for one in organisations)
