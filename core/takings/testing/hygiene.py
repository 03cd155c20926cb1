"""Level hygiene: what a plugin says is searched for secrets, and where one was found is told without it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from takings.testing.faults import Fault, answers, is_unreachable, loses_reply

#: A shorter text is found everywhere by accident.
_SHORTEST = 6

#: What another system may answer or do; the same at each call.
FAULTS: Mapping[str, Fault] = {
    "a 400": answers(400, '{"error": "the request is wrong"}', {"Content-Type": "application/json"}),
    "a 401": answers(401, '{"error": "not authorised"}', {"Content-Type": "application/json"}),
    "a 500": answers(500, "<html>it broke</html>"),
    "a page where JSON was expected": answers(200, "<html>welcome</html>"),
    "a lost reply": loses_reply(carried_out=False),
    "no connection": is_unreachable(),
}


class Said:
    """Everything that a plugin let out, by the place where it did."""

    def __init__(self) -> None:
        self.places: list[tuple[str, str]] = []

    def add(self, place: str, *texts: object) -> None:
        """Add texts, and their reprs, under the place where they were found."""
        for one in texts:
            self.places += [(place, str(one)), (place, repr(one))]

    def run(self, place: str, work: Callable[[], Any]) -> None:
        """Run something of the plugin and add what it returns or raises, whatever that is."""
        try:
            result = work()
        except Exception as error:
            chain: BaseException | None = error
            while chain is not None:
                self.add(f"the {type(chain).__name__} raised by {place}", chain, chain.args)
                chain = chain.__cause__ or chain.__context__
        else:
            self.add(f"what {place} returned", result)

    def leaks(self, secrets: Mapping[str, str]) -> tuple[str, ...]:
        """Return which secret stands where, without the secret."""
        found = {
            f"{name} stands in {place}"
            for name, secret in secrets.items()
            for form in forms_of(secret)
            for place, text in self.places
            if form in text
        }
        return tuple(sorted(found))


def forms_of(secret: str) -> Iterator[str]:
    """Yield a secret as it is, as it stands in JSON, in a repr, and in an address."""
    if len(secret) >= _SHORTEST:
        yield from {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)}
