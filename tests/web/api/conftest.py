"""A host with two customers, one engine with systems in memory, and programs that ask the JSON API."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.fixtures import schema_file
from tests.web.api.client import ORIGIN, Client, by_header

from takings.engine import Engine
from takings.plugin import TokenHandedOut
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.testing import FakeSource, FakeTarget, FixedClock, fake_host
from takings.web import make_web

__all__ = ["schema_file"]

#: Ten in the morning of the 5th of November at the fake venue, in Melbourne.
NOON = datetime(2026, 11, 4, 23, 0, tzinfo=UTC)
PARTS = {"source": "fake:till", "target": "fake:ledger"}


@dataclass
class Shop:
    """A host that embeds the engine, with programs of its customers."""

    engine: Engine
    anna: Client
    bert: Client
    source: FakeSource
    ledger: FakeTarget

    def as_user(self, user: str) -> Client:
        """Return a program of somebody else; an empty name is nobody."""
        return Client(self.anna.app, user)


@contextmanager
def open_shop(folder: Path, schema: Path, address: str = "", like: Shop | None = None) -> Iterator[Shop]:
    """Open a host on a database of its own, or on one that is there; with the keys and the ledger of another one."""
    file = folder / "takings.db"
    shutil.copy(schema, file)
    source, ledger, keys = FakeSource(), FakeTarget(), KeyRing.generate()
    if like:
        ledger, keys = copy.deepcopy(like.ledger), like.engine.keys
    till = replace(source.declaration(), connecting=TokenHandedOut(title="Auth Token", hand_to="To support"))
    host = fake_host(till, ledger.declaration())
    with Engine(Database(address or file), host, keys=keys, clock=FixedClock(NOON)) as engine:
        app = make_web(engine, principal=by_header, public_base_url=ORIGIN)
        yield Shop(engine, Client(app, "anna"), Client(app, "bert"), source, ledger)


@pytest.fixture
def shop(tmp_path: Path, schema_file: Path) -> Iterator[Shop]:
    with open_shop(tmp_path, schema_file) as made:
        yield made


@pytest.fixture
def corner(shop: Shop) -> str:
    """The id of an integration of Anna's that nothing was done with."""
    found: str = shop.anna.post("/integrations", {"name": "corner", **PARTS}, 201)["id"]
    return found


def answer_all(shop: Shop, ref: str) -> None:
    """Answer every step before the review, as a host's own wizard does."""
    steps = f"/integrations/{ref}/setup"
    shop.anna.post(f"{steps}/connect.target")
    made = shop.anna.post(f"{steps}/token", {"action": "make_token"})["step"]["token"]
    assert made["token"].startswith("tk_")
    assert shop.anna.get(f"{steps}/token")["token"]["token"] == ""
    shop.anna.post(f"/integrations/{ref}/mapping/refresh")
    shop.anna.post(f"{steps}/send", {"values": {"end_of_day": True}})
    for dimension in ("taxes", "methods", "accounts"):
        step = shop.anna.post(f"{steps}/map.{dimension}", {"action": "use_suggestions"})["step"]
        first = step["table"]["candidates"][0]["value"]
        rest = {row["code"]: f"post:{first}" for row in step["table"]["rows"] if row["choice"] == "open"}
        shop.anna.post(f"{steps}/map.{dimension}", {"values": rest, "version": step["version"]})
    shop.anna.post(f"{steps}/other_direction")
    shop.anna.post(f"{steps}/advanced.target")


def finish(shop: Shop, ref: str) -> str:
    """Look at what would be sent, confirm it, and let a worker send it; returns the run."""
    review = f"/integrations/{ref}/setup/review"
    looked = shop.anna.post(review, {"action": "preview", "values": {"start_date": "2026-11-01"}})["run"]
    shop.engine.execute_run(looked)
    count = shop.anna.get(review)["review"]["preview"]["documents"]
    confirmed = {"start_date": "2026-11-01", "confirm": str(count)}
    sent: str = shop.anna.post(review, {"action": "retrieve", "values": confirmed})["run"]
    shop.engine.execute_run(sent)
    return sent


@dataclass(frozen=True)
class Stage:
    """A shop that was prepared once, of which each test has a copy."""

    shop: Shop
    file: Path
    ref: str


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory, schema_file: Path) -> Stage:
    """A shop in which an integration of Anna's has posted five days."""
    folder = tmp_path_factory.mktemp("stage")
    with open_shop(folder, schema_file) as shop:
        ref = shop.anna.post("/integrations", {"name": "corner", **PARTS}, 201)["id"]
        answer_all(shop, ref)
        finish(shop, ref)
    return Stage(shop, folder / "takings.db", ref)


@pytest.fixture
def trading(stage: Stage, tmp_path: Path) -> Iterator[Shop]:
    """A shop of the test's own, as the stage is."""
    with open_shop(tmp_path, stage.file, like=stage.shop) as made:
        yield made
