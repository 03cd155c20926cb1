"""The whole way through the engine: consent at Square, a month posted into the Xero sandbox, a later refund."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from takings import LOCAL, Engine, Installation, KeyRing, Period, PluginHost, TakingsError
from takings_square.sandbox import Sandbox
from takings_square.sandbox.cafe import Cafe
from takings_xero.sandbox import Sandbox as Ledger

from .conftest import OCTOBER, StoppedClock

CALLBACK = "http://localhost:8400/oauth/callback"


class Chain:
    """An engine between the two sandboxes."""

    def __init__(self, engine: Engine, square: Sandbox, ledger: Ledger, http: httpx.Client) -> None:
        self.engine, self.square, self.ledger, self.http = engine, square, ledger, http

    def connect(self, side: str, organisation: str = "") -> Any:
        address = self.engine.begin_connect(LOCAL, "cafe", CALLBACK, side=side)
        answer = parse_qs(urlsplit(self.http.get(address).headers["location"]).query)
        found = self.engine.finish_connect(LOCAL, state=answer["state"][0], code=answer["code"][0])
        return self.engine.choose_organisation(LOCAL, found, organisation or found.organisations[0].id)

    def post(self, period: Period = OCTOBER) -> Any:
        return self.engine.sync(LOCAL, "cafe", period, confirm=lambda asked: True)


@pytest.fixture(scope="module")
def plugins() -> PluginHost:
    return PluginHost.load(allow={"square", "xero"})


@pytest.fixture(params=["pkce", "secret"])
def secret(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "secret")


@pytest.fixture
def chain(tmp_path: Path, plugins: PluginHost, secret: bool) -> Iterator[Chain]:
    clock = StoppedClock()
    with (
        Sandbox(tmp_path / "square", clock=clock.now, auto_consent=True) as square,
        Ledger(tmp_path / "ledger", clock=lambda: clock.now().timestamp(), auto_consent=True) as ledger,
        httpx.Client(trust_env=False, timeout=120) as http,
    ):
        ours = square.ready()["installation"]
        if secret:
            ours["client_secret"] = square.state.kept.client_secret
        settings = Installation({"square:pos": ours, "xero:accounting": ledger.ready()["installation"]})
        database = tmp_path / "takings.db"
        with Engine(database, plugins, keys=KeyRing.generate(), installation=settings, clock=clock) as engine:
            engine.upgrade()
            engine.provision(LOCAL, name="cafe", source="square:pos", target="xero:accounting")
            yield Chain(engine, square, ledger, http)


def test_a_month_of_square_is_posted_to_the_cent(chain: Chain, secret: bool) -> None:
    chain.connect("source")
    chain.connect("target")
    assert chain.engine.refresh_catalogue(LOCAL, "cafe") == 21
    chain.engine.accept_suggestions(LOCAL, "cafe", least_score=0)
    assert [row.code for row in chain.engine.mapping(LOCAL, "cafe") if row.choice == "open"] == ["EXTERNAL-OTHER"]
    chain.engine.set_mapping(LOCAL, "cafe", dimension="tenders", code="EXTERNAL-OTHER", to="613")
    run = chain.post()
    assert (run.state, len(run.documents), run.held) == ("done", 27, ())
    assert chain.engine.verify(LOCAL, "cafe", OCTOBER).agrees
    days = chain.engine.days(LOCAL, "cafe", OCTOBER)
    assert sum((one.total for one in days), Decimal(0)) > 10_000
    if not secret:
        _a_second_run_changes_nothing(chain)
        _a_later_refund_is_a_change(chain)
        _expired_tokens_are_refreshed(chain)


def _a_second_run_changes_nothing(chain: Chain) -> None:
    again = chain.post()
    assert (again.documents, again.counts.get("changed", 0)) == ((), 0)


def _a_later_refund_is_a_change(chain: Chain) -> None:
    day = date(2026, 10, 7)
    chain.square.state.amend("LSYDNEYCAFE", day, "refund", at=datetime(2026, 10, 7, 12, 0, tzinfo=UTC))
    run = chain.post()
    states = {one.business_date: one.state for one in chain.engine.days(LOCAL, "cafe", OCTOBER)}
    assert run.documents == ()
    assert [date for date, state in states.items() if state == "changed"] == [day]


def _expired_tokens_are_refreshed(chain: Chain) -> None:
    chain.square.state.expire()
    assert chain.post(Period(OCTOBER.last, OCTOBER.last)).state == "done"
    assert len(chain.square.state.kept.access) == 1


def test_refusing_consent_is_told(chain: Chain) -> None:
    chain.square.state.auto_consent = False
    address = chain.engine.begin_connect(LOCAL, "cafe", CALLBACK, side="source")
    assert "Allow" in chain.http.get(address).text
    answer = parse_qs(urlsplit(chain.http.post(address).headers["location"]).query)
    with pytest.raises(Exception, match="Square"):
        chain.engine.finish_connect(LOCAL, state=answer["state"][0], code="", error=answer["error"][0])


def test_the_authorisation_asks_for_what_reading_needs_and_no_more(chain: Chain) -> None:
    address = chain.engine.begin_connect(LOCAL, "cafe", CALLBACK, side="source")
    asked = parse_qs(urlsplit(address).query)
    assert asked["scope"] == ["MERCHANT_PROFILE_READ ORDERS_READ PAYMENTS_READ ITEMS_READ"]
    assert asked["code_challenge_method"] == ["S256"]


@pytest.fixture
def several(chain: Chain) -> Chain:
    """The same, with a second active location, connected to that one."""
    chain.square.state.cafes["LBONDIKIOSK"] = Cafe("LBONDIKIOSK", 1)
    chain.connect("source", "LBONDIKIOSK")
    return chain


def test_with_several_locations_the_one_that_is_named_is_read(several: Chain) -> None:
    with pytest.raises(TakingsError, match="location_id"):
        several.engine.refresh_catalogue(LOCAL, "cafe")
    settings = {"location_id": "LBONDIKIOSK", "day_ends_at": "04:00"}
    several.engine.set_connection(LOCAL, "cafe", side="source", settings=settings)
    assert several.engine.refresh_catalogue(LOCAL, "cafe") == 21


def test_another_location_than_the_chosen_one_is_refused(several: Chain) -> None:
    several.connect("target")
    several.engine.set_connection(LOCAL, "cafe", side="source", settings={"location_id": "LSYDNEYCAFE"})
    run = several.post(Period(OCTOBER.first, OCTOBER.first))
    assert [one.code for one in run.findings] == ["record.other_site"]
    assert several.engine.days(LOCAL, "cafe") == []
