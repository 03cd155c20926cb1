"""A ledger's notifications over HTTP: the sandbox sends them signed, and the server stores and answers."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import select
from tests.engine.conftest import made_up
from tests.support.chain import SOURCE, TARGET, Ledger, ShiftedClock, Venue, connect
from tests.support.fixtures import all_plugins, ledger_sandbox, schema_file
from tests.support.month import Month

from takings.connect.installation import Installation
from takings.engine import Engine
from takings.host import PluginHost
from takings.runner.notices import SETTLE
from takings.store.check_tables import LedgerNotice
from takings.store.secrets import KeyRing
from takings.views import LOCAL
from takings.web.app import make_app

__all__ = ["all_plugins", "ledger_sandbox", "made_up", "schema_file"]

KEY = "the key of the webhooks, 44 characters or so"


@dataclass
class Place:
    """A running server for one venue with two days posted."""

    url: str
    venue: Venue
    clock: ShiftedClock

    @property
    def hook(self) -> str:
        return f"{self.url}/webhooks/{TARGET}"

    def control(self, path: str, **body: Any) -> Any:
        reply = self.venue.ledger.http.post(f"{self.venue.ledger.control}/{path}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def notify(self, *documents: str, key: str = KEY) -> int:
        path = f"organisations/{self.venue.books.tenant}/notify"
        return int(self.control(path, url=self.hook, key=key, documents=list(documents))["status"])

    def kept(self) -> list[str]:
        with self.venue.engine.database.read() as session:
            return list(session.execute(select(LedgerNotice.document)).scalars())  # type: ignore[call-overload]


@pytest.fixture
def place(
    tmp_path: Path, schema_file: Path, all_plugins: PluginHost, ledger_sandbox: Ledger, made_up: Month
) -> Iterator[Place]:
    shutil.copy(schema_file, tmp_path / "takings.db")
    clock = ShiftedClock()
    values = {
        SOURCE: {"service_url": "http://127.0.0.1:9"},
        TARGET: {**ledger_sandbox.sandbox.ready()["installation"], "webhook_key": KEY},
    }
    with Engine(
        tmp_path / "takings.db",
        all_plugins,
        keys=KeyRing.generate(),
        clock=clock,
        installation=Installation(values),
    ) as engine:
        engine.provision(LOCAL, name="anchor", source=SOURCE, target=TARGET)
        venue = Venue(engine, ledger_sandbox.organisation(), ledger_sandbox)
        venue.token = engine.new_token(LOCAL, "anchor")
        connect(engine, ledger_sandbox, "anchor", venue.books)
        engine.import_file(LOCAL, "anchor", json.dumps(made_up.catalogue).encode(), name="catalogue.json")
        venue.map_all()
        venue.push(made_up.first[:2])
        assert venue.sync().counts["documents"] == 2
        with Serving(engine) as url:
            yield Place(url, venue, clock)


class Serving:
    """Run the application on a free port."""

    def __init__(self, engine: Engine) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = make_app(engine, LOCAL, self.url)
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})

    def __enter__(self) -> str:
        self._thread.start()
        return self.url

    def __exit__(self, *problem: object) -> None:
        self._server.should_exit = True
        self._thread.join(60)
        self._socket.close()


def test_the_intent_to_receive_is_answered_as_xero_wants_it(place: Place) -> None:
    found = place.control("intent-to-receive", url=place.hook, key=KEY)
    assert found["statuses"] == [200, 401, 200, 401]
    assert place.kept() == []


def test_a_change_that_xero_tells_of_is_found_without_waiting_for_the_week(place: Place) -> None:
    venue, engine = place.venue, place.venue.engine
    invoice = venue.books.invoices()[0]
    venue.books.change(f"invoices/{invoice['InvoiceID']}", InvoiceNumber="BY-HAND")
    assert place.notify(invoice["InvoiceID"]) == 200
    assert place.notify(invoice["InvoiceID"]) == 200
    assert engine.drift(LOCAL, "anchor").drifted == ()
    place.clock.advance(SETTLE)
    (run_id,) = engine.tick_checks()
    venue.ledger.reset()
    assert engine.execute_run(run_id)
    run = engine.run(LOCAL, run_id)
    assert (run.trigger, run.state, run.counts["checked"]) == ("webhook", "problems", 1)
    assert [one.number for one in engine.drift(LOCAL, "anchor").drifted] == [invoice["InvoiceNumber"]]
    assert sum(venue.ledger.counters()["calls"].values()) <= 4


def test_what_nobody_signed_is_refused_and_not_kept(place: Place) -> None:
    assert place.notify(key="another key") == 401
    reply = httpx.post(place.hook, content=b'{"events": []}', trust_env=False)
    assert (reply.status_code, reply.content) == (401, b"")
    assert "set-cookie" not in reply.headers
    assert place.kept() == []


def test_other_organisations_and_other_peoples_documents_are_taken_and_forgotten(place: Place) -> None:
    stranger = place.venue.ledger.organisation()
    other = place.venue.books
    theirs = place.venue.ledger.http.post(
        f"{place.venue.ledger.control}/organisations/{stranger.tenant}/notify", json={"url": place.hook, "key": KEY}
    )
    assert theirs.json() == {"status": 200}
    assert place.kept() == []
    assert place.notify() == 200
    assert sorted(place.kept()) == sorted(one["InvoiceID"] for one in other.invoices())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "xero:nothing", 404), ("POST", "", 404), ("POST", SOURCE, 404), ("GET", TARGET, 405)],
)
def test_what_takes_no_notifications_says_so(place: Place, method: str, path: str, status: int) -> None:
    reply = httpx.request(method, f"{place.url}/webhooks/{path}", trust_env=False)
    assert reply.status_code == status


def test_a_signed_body_that_can_not_be_read_is_told_as_such(place: Place) -> None:
    from takings_xero.notifying import signature

    for body in (b"", b"{}", b"[]", b'{"events": [{"resourceId": 7}]}', b"\xff"):
        headers = {"x-xero-signature": signature(body, KEY)}
        assert httpx.post(place.hook, content=body, headers=headers, trust_env=False).status_code == 400


def test_a_compressed_or_endless_body_is_not_read(place: Place) -> None:
    packed = httpx.post(place.hook, content=b"x", headers={"Content-Encoding": "gzip"}, trust_env=False)
    large = httpx.post(place.hook, content=b"x" * 1_000_001, trust_env=False)
    assert (packed.status_code, large.status_code) == (415, 413)


def test_without_a_key_nothing_is_genuine(place: Place) -> None:
    engine = place.venue.engine
    engine.installation._values[TARGET]["webhook_key"] = ""
    assert place.notify(key="") == 401
