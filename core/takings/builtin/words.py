"""How alike two names are, by the words they share or nearly share; pure text, no ledger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

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


@lru_cache(maxsize=4096)  # an account's name is compared with every code of a table
def words_of(text: str) -> Mapping[str, str]:
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


@lru_cache(maxsize=4096)
def weight(word: str) -> float:
    """Return how much it says that two names share this word."""
    return _COMMON_WEIGHT if word in _COMMON or word.isdigit() else 1.0


class Described:
    """A thing with several described fields, to be compared with many names.

    `fields` gives text and trust (0 to 1) for each.
    """

    def __init__(self, fields: Mapping[str, tuple[str, float]]) -> None:
        offered = _offered((words_of(text), trust) for text, trust in fields.values())
        self._fields = [
            ({word: weight(word) for word in words_of(text)}, trust / _total(text))
            for text, trust in fields.values()
            if words_of(text)
        ]
        self._telling = [word for word in offered if len(word) >= _LONG_ENOUGH and weight(word) == 1.0]
        self._exact = offered
        self._worth = dict(offered)

    def likeness(self, name: str) -> tuple[float, tuple[str, ...]]:
        """Return how alike it and a name are, from 0 to 1, and the shared words.

        Most of the likeness is how much of the name is explained by the fields, the rest how much of the best field
        the name explains. Without a telling word in common it is 0. A word with a mistake in it, cut short or in
        another form counts for less than the word itself.
        """
        wanted, explained, said = words_of(name), 0.0, False
        shared = []
        for word, spelt in wanted.items():
            if worth := self._worth_of(word):
                shared.append(spelt)
                explained += weight(word) * worth
                said = said or weight(word) == 1.0
        if not said:
            return 0.0, ()
        back = 0.0
        for weights, worth in self._fields:
            here = sum([weights[word] for word in weights if word in wanted])
            back = max(back, here * worth)
        return 0.7 * explained / _total(name) + 0.3 * back, tuple(shared)

    def alike(self, names: tuple[str, ...]) -> Iterator[tuple[int, float, tuple[str, ...]]]:
        """Yield the place, likeness and shared words of each name that is alike at all, in their order."""
        places = {place for word, found in _telling_words(names).items() if self._worth_of(word) for place in found}
        for place in sorted(places):
            yield place, *self.likeness(names[place])

    def _worth_of(self, word: str) -> float:
        """Return what a word of a name counts; 0 where nothing here is like it."""
        found = self._worth.get(word)
        if found is None:
            found = self._worth[word] = self._near(word)
        return found

    def _near(self, word: str) -> float:
        """Return what a word counts that is not one of ours, but nearly; 0 where nothing here is like it."""
        if len(word) < _LONG_ENOUGH or weight(word) != 1.0 or not self._telling:
            return 0.0
        longer = [one for one in self._telling if one.startswith(word) or word.startswith(one)]
        if longer:
            return max(self._exact[one] for one in longer) * _CUT_SHORT
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - listing plugins needs none of it

        found = process.extractOne(word, self._telling, scorer=fuzz.ratio, score_cutoff=_NEAR)
        return self._exact[found[0]] * found[1] / 100 if found is not None else 0.0


def _offered(fields: Iterable[tuple[Mapping[str, str], float]]) -> dict[str, float]:
    offered: dict[str, float] = {}
    for words, trust in fields:
        for word in words:
            for one, worth in ((word, trust), (_ALSO.get(word, word), trust * 0.9)):
                offered[one] = max(offered.get(one, 0.0), worth)
    return offered


@lru_cache(maxsize=64)  # a ledger's accounts are asked about once for each code
def _telling_words(names: tuple[str, ...]) -> Mapping[str, tuple[int, ...]]:
    """Return where in the names each telling word stands."""
    found: dict[str, tuple[int, ...]] = {}
    for place, name in enumerate(names):
        for word in words_of(name):
            if weight(word) == 1.0:
                found[word] = (*found.get(word, ()), place)
    return found


@lru_cache(maxsize=4096)
def _total(name: str) -> float:
    return sum(map(weight, words_of(name)))
