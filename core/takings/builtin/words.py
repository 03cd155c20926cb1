"""How alike two names are, by the words they share or nearly share; pure text, no ledger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

#: Words that stand in so many accounts' names that sharing one says little.
_COMMON = frozenset(
    {"account", "and", "bank", "clearing", "control", "debtor", "for", "fund", "income", "liability", "of", "other"}
    | {"payable", "pos", "receivable", "revenue", "sale", "the", "transfer", "undeposited"}
)
_COMMON_WEIGHT = 0.2

#: From how many letters on a word may differ from another and mean the same; how alike they must be, in per cent, so
#: that a mistake in a long word passes and "cash" is not "cask"; what a word counts that is only another's beginning.
_LONG_ENOUGH, _NEAR, _CUT_SHORT = 5, 84.0, 0.8

#: Words of tills for what ledgers call otherwise; each stands beside the original, not in its place.
_ALSO = {"movement": "petty", "beer": "beverage", "wine": "beverage", "drink": "beverage", "kitchen": "food"}


def words_of(text: str) -> dict[str, str]:
    """Return the words of a name in their common form, each with its spelling in the name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return {_singular(word): word for word in re.findall(r"[a-z0-9]+", plain)}


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def weight(word: str) -> float:
    """Return how much it says that two names share this word."""
    return _COMMON_WEIGHT if word in _COMMON or word.isdigit() else 1.0


def likeness(fields: Mapping[str, tuple[str, float]], name: str) -> tuple[float, tuple[str, ...]]:
    """Return how alike a thing with several described fields and a name are, from 0 to 1, and the shared words.

    `fields` gives text and trust (0 to 1) for each. Most of the likeness is how much of the name is explained by
    the fields, the rest how much of the best field the name explains. Without a telling word in common it is 0. A
    word with a mistake in it, cut short or in another form counts for less than the word itself.
    """
    wanted = words_of(name)
    offered = _offered(fields.values())
    _add_near(offered, wanted)
    shared = [word for word in wanted if word in offered]
    if not any(weight(word) == 1.0 for word in shared):
        return 0.0, ()
    explained = sum(weight(word) * offered[word] for word in shared) / sum(weight(word) for word in wanted)
    back = max(trust * _share(words_of(text), wanted) for text, trust in fields.values())
    return 0.7 * explained + 0.3 * back, tuple(wanted[word] for word in shared)


def _offered(fields: Iterable[tuple[str, float]]) -> dict[str, float]:
    offered: dict[str, float] = {}
    for text, trust in fields:
        for word in words_of(text):
            for one, worth in ((word, trust), (_ALSO.get(word, word), trust * 0.9)):
                offered[one] = max(offered.get(one, 0.0), worth)
    return offered


def _add_near(offered: dict[str, float], wanted: Iterable[str]) -> None:
    """Offer each wanted word that is nearly one of the offered words, for less."""
    missing = [word for word in wanted if word not in offered and len(word) >= _LONG_ENOUGH and weight(word) == 1.0]
    near = [word for word in offered if len(word) >= _LONG_ENOUGH and weight(word) == 1.0]
    if not missing or not near:
        return
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - listing plugins needs none of it

    for word in missing:
        longer = [one for one in near if one.startswith(word) or word.startswith(one)]
        found = process.extractOne(word, near, scorer=fuzz.ratio, score_cutoff=_NEAR)
        if longer:
            offered[word] = max(offered[one] for one in longer) * _CUT_SHORT
        elif found is not None:
            offered[word] = offered[found[0]] * found[1] / 100


def _share(words: Iterable[str], wanted: Mapping[str, str]) -> float:
    total = sum(weight(word) for word in words)
    return sum(weight(word) for word in words if word in wanted) / total if total else 0.0
