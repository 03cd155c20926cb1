"""A person who sets an integration up on the pages, without a script; and fake systems of any size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import httpx
from tests.setup.conftest import NAME, Setup
from tests.web.forms import Form, forms_in, press
from tests.web.site import Browser, make_test_web

from takings.engine import Engine
from takings.plugin import Catalogue, Chart, LedgerAccount, SourceCode
from takings.testing import FakeSource, FakeTarget
from takings.views import LOCAL
from takings.web import WebPrincipal

ME = WebPrincipal(owner=LOCAL.owner, name=LOCAL.name, session_id="session of me", can_provision=True)

KINDS = ("REVENUE", "EXPENSE", "BANK", "CURRENT")


class WideSource(FakeSource):
    """A point of sale with as many accounts as are asked for; each name ends with the same words."""

    def __init__(self, codes: int = 80, words: str = "") -> None:
        super().__init__()
        self.codes, self.words = codes, words

    def catalogue(self) -> Catalogue:
        """Return the usual codes and many accounts."""
        usual = super().catalogue()
        more = tuple(
            SourceCode(
                dimension="accounts", code=f"A{n:02d}{self.words}", name=f"Till {n} takings {self.words}".strip()
            )
            for n in range(self.codes)
        )
        return replace(usual, codes=(*usual.codes, *more))


class WideTarget(FakeTarget):
    """A ledger with as many accounts as are asked for."""

    def __init__(self, accounts: int = 200, words: str = "") -> None:
        super().__init__()
        self.accounts, self.words = accounts, words

    def chart(self) -> Chart:
        """Return the usual accounts and many more."""
        usual = super().chart()
        more = tuple(
            LedgerAccount(
                id=f"acc-{n}{self.words}",
                code=str(1000 + n),
                name=f"Department {n} {self.words}".strip(),
                kind=KINDS[n % len(KINDS)] + self.words,
            )
            for n in range(self.accounts)
        )
        tax = replace(usual.taxes[0], rate=Decimal(10))
        name = f"{usual.organisation_name}{self.words}"
        return replace(usual, organisation_name=name, accounts=(*usual.accounts, *more), taxes=(tax,))


@dataclass
class Person:
    """Somebody at the pages of one integration."""

    engine: Engine
    browser: Browser
    ref: str

    @property
    def last(self) -> httpx.Response:
        assert self.browser.last is not None
        return self.browser.last

    @property
    def page(self) -> str:
        return self.last.text

    def open(self, key: str, **query: str) -> str:
        """Load a step."""
        answer = self.browser.get(f"/i/{self.ref}/setup/{key}" + (f"?{urlencode(query)}" if query else ""))
        assert answer.status_code == 200, answer.text
        return answer.text

    def press(self, words: str, **changes: str) -> httpx.Response:
        """Press a button of the page that is open; `field__x` stands for the control `field:x`."""
        named = {name.replace("__", ":"): value for name, value in changes.items()}
        address, sent = press(self.page, words, named)
        content = urlencode(sent).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.browser.request("POST", address, content=content, headers=kind)

    def go_on(self, words: str = "Continue", **changes: str) -> str:
        """Press a button and follow to where it leads; returns the path."""
        answer = self.press(words, **changes)
        assert answer.status_code == 303, answer.text
        place = answer.headers["location"]
        landed = self.browser.get(place)
        assert landed.status_code == 200, landed.text
        return place.removeprefix(f"/i/{self.ref}")

    def form(self, having: str = "version") -> Form:
        """The form of the page that has a control."""
        return next(one for one in forms_in(self.page) if having in dict(one.values))

    def connect(self) -> None:
        """Connect the ledger, and read the source's codes."""
        self.open("connect.target")
        self.go_on()
        self.engine.refresh_catalogue(LOCAL, NAME)

    def answer_all(self) -> None:
        """Answer every step before the review."""
        self.connect()
        self.open("send")
        assert self.go_on(field__end_of_day="true") == "/setup/map.taxes"
        for _ in range(3):
            offered = self.form().offered
            first = {name: next(one for one in values if one.startswith("post:")) for name, values in offered.items()}
            self.go_on(**{name: value for name, value in first.items() if name.startswith("row:")})
        self.go_on()
        assert self.go_on() == "/setup/review"


def person_at(setup: Setup, **settings: Any) -> Person:
    """Somebody at the pages of a setup's integration."""
    given: dict[str, Any] = {"principal": lambda scope: ME, **settings}
    browser = Browser(make_test_web(setup.engine, **given))
    return Person(setup.engine, browser, setup.engine.integration(LOCAL, NAME).id)
