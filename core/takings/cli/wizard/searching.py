"""Finds what a person means in a long list of choices: by code, by name, by a part of it, or nearly. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from takings.views import ChoiceView

#: How many are shown at once.
SHOWN = 12
_LEAST_SCORE = 70.0


def search(choices: Sequence[ChoiceView], text: str) -> list[ChoiceView]:
    """Return the choices that fit a text, best first; those that contain it, else those spelt much like it."""
    wanted = text.casefold().strip()
    if not wanted:
        return []
    exact = [one for one in choices if wanted in _names(one)]
    begins = [one for one in choices if one not in exact and any(name.startswith(wanted) for name in _names(one))]
    words = wanted.split()
    holds = [
        one
        for one in choices
        if one not in exact and one not in begins and all(word in one.label.casefold() for word in words)
    ]
    return [*exact, *begins, *holds] or _alike(choices, wanted)


def _names(choice: ChoiceView) -> set[str]:
    label = choice.label.casefold()
    return {label, *label.split(" ", 1), choice.value.casefold()}


def _alike(choices: Sequence[ChoiceView], wanted: str) -> list[ChoiceView]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only where nothing else fits

    labels = {n: one.label.casefold() for n, one in enumerate(choices)}
    found = process.extract(wanted, labels, scorer=fuzz.WRatio, score_cutoff=_LEAST_SCORE, limit=SHOWN)
    return [choices[n] for _, _, n in found]
