"""No secret is on any page, in any log line, in any error, in any header."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from sqlalchemy import select
from tests.engine.conftest import bring_catalogue
from tests.support.chain import Ledger, Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month
from tests.web.conftest import KIM
from tests.web.site import KEY, Browser, browse, id_of
from tests.web.test_pages import paths

from takings.store.tables import Authorisation, AuthToken
from takings.web.app import make_app


@pytest.fixture
def venue(make_venue: MakeVenue, made_up: Month) -> Venue:
    venue = make_venue(principal=KIM, name="Anchor Hotel")
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:9])
    venue.sync()
    return venue


def secrets_of(venue: Venue, ledger: Ledger) -> dict[str, str]:
    """Everything that must never be shown, by its name."""
    engine = venue.engine
    link, sign_in = engine.create_setup_link(KIM, venue.name), engine.create_sign_in(KIM)
    found = {
        "Auth Token": venue.token,
        "set-up link": link,
        "sign-in link": sign_in,
        "session": engine.sign_in_by_link(link),
        "key of forms": KEY.decode(),
        "keys": engine.keys.to_text().rpartition(":")[2].strip(),
        "client secret": str(ledger.sandbox.ready()["installation"]["client_secret"]),
    }
    with engine.database.read() as session:
        rows = session.execute(select(Authorisation.__table__.c.id, Authorisation.__table__.c.sealed_tokens)).all()
        for id_, sealed in rows:
            found[f"sealed {id_}"] = sealed
            found |= _tokens(engine.keys.unseal(sealed, f"authorisation:{id_}"))
        for (digest,) in session.execute(select(AuthToken.__table__.c.digest)):
            found[f"digest {digest[:6]}"] = digest
    assert all(len(one) >= 12 for one in found.values())
    return found


def _tokens(text: str) -> dict[str, str]:
    import json

    return {
        f"token {n}": one for n, one in enumerate(json.loads(text).values()) if isinstance(one, str) and len(one) > 20
    }


def test_no_page_and_no_log_line_has_a_secret(venue: Venue, ledger_sandbox: Ledger, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    secrets = secrets_of(venue, ledger_sandbox)
    browser = browse(venue)
    shown = []
    for path in [*paths(venue), "/nothing", "/oauth/callback?state=x&code=y"]:
        answer = browser.get(path)
        shown.append(answer.text + repr(answer.headers))
    browser.get(f"/i/{id_of(venue)}")
    shown.append(browser.post(f"/i/{id_of(venue)}/sync").text)
    run = venue.engine.runs(KIM, venue.name)[0]
    venue.engine.execute_run(run.id)
    shown.append(browser.get(f"/i/{id_of(venue)}/runs/{run.id}").text)
    shown.append(caplog.text)
    for name, secret in secrets.items():
        assert not any(secret in one for one in shown), name


def test_a_fault_in_the_middle_of_secrets_shows_none(
    venue: Venue, ledger_sandbox: Ledger, caplog: pytest.LogCaptureFixture
):
    secrets = secrets_of(venue, ledger_sandbox)
    browser = Browser(make_app(venue.engine, KIM, "http://localhost:8400"), "", "http://localhost:8400")
    for path in (f"/link/{secrets['set-up link']}x", "/sign-in/unknown"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert not any(secret in answer.text for secret in secrets.values())
    with venue.engine.database.write() as session:
        session.connection().exec_driver_sql("alter table integration rename to hidden_integration")
    try:
        browser.headers = {"cookie": f"takings_session={secrets['session']}"}
        answer = browser.get("/")
        assert answer.status_code in (303, 500)
        answer = browser.get(f"/i/{venue.name}")
        assert answer.status_code in (404, 500)
    finally:
        with venue.engine.database.write() as session:
            session.connection().exec_driver_sql("alter table hidden_integration rename to integration")
    for name, secret in secrets.items():
        assert secret not in answer.text + repr(answer.headers) + caplog.text, name


@contextmanager
def served(venue: Venue) -> Iterator[str]:
    """The stand-alone server on a real socket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(make_app(venue.engine, KIM, origin), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        try:
            yield origin
        finally:
            server.should_exit = True
            thread.join()


def test_signing_in_and_doing_works_over_a_real_socket(venue: Venue):
    with served(venue) as origin, httpx.Client(base_url=origin, trust_env=False, timeout=120) as client:
        assert client.get("/").status_code == 401
        path = f"/sign-in/{venue.engine.create_sign_in(KIM)}"
        client.get(path).raise_for_status()
        signed = client.post(path, headers={"origin": origin})
        assert signed.status_code == 303
        home = client.get(f"/i/{id_of(venue)}")
        token = home.text.partition('name="_csrf" value="')[2].partition('"')[0]
        assert client.post(f"/i/{id_of(venue)}/pause", data={"_csrf": token}).status_code == 303
        assert client.post(f"/i/{id_of(venue)}/resume", data={"_csrf": "no"}).status_code == 403
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.post("/intake", content=b"{}").status_code == 401
    assert venue.engine.integration(KIM, venue.name).state == "paused"
