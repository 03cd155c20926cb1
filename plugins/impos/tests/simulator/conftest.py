"""Is responsible for what the simulator's tests share: running simulators, a stopped clock, validators."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from takings_impos import schema
from takings_impos.simulator import VENUES, Options, Simulator, awkward_month

TOKEN = "token-of-the-anchor"
SAMPLE = Path(__file__).resolve().parents[5] / "shared" / "data" / "anchor-hotel-2026-10"


class Visitor:
    """A running simulator with a client that shows its token."""

    def __init__(self, simulator: Simulator, client: httpx.Client) -> None:
        self.simulator = simulator
        self.client = client

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, **more)

    def days(self, first: str, last: str, **more: Any) -> list[dict[str, Any]]:
        """Follow every page of a period."""
        url: str | None = f"/v1/end-of-day?from={first}&to={last}"
        found: list[dict[str, Any]] = []
        while url:
            answer = self.get(url, **more).raise_for_status().json()
            found += answer["items"]
            url = answer["next"]
        return found

    def tell(self, path: str, /, **given: Any) -> Any:
        return self.client.post(f"/simulator/{path}", json=given).raise_for_status().json()


@pytest.fixture
def start() -> Iterator[Callable[..., Visitor]]:
    """Start simulators whose clock stands at noon (UTC) of 1 November 2026."""
    with ExitStack() as stack:

        def run(*, token: str | None = TOKEN, **options: Any) -> Visitor:
            options.setdefault("stopped_at", datetime(2026, 11, 1, 12, tzinfo=UTC))
            simulator = stack.enter_context(Simulator(Options(**options)))
            if token:
                simulator.enter_token(token)
            headers = {"Authorization": f"Bearer {TOKEN}"}
            client = stack.enter_context(httpx.Client(base_url=simulator.url, headers=headers, verify=False))
            return Visitor(simulator, client)

        yield run


@pytest.fixture(scope="session")
def record_validator() -> Draft202012Validator:
    """Check records against the published schema."""
    return Draft202012Validator(schema.end_of_day(), format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write an awkward month the way the sample month is written: a file a record, and the catalogue."""
    for record in awkward_month(2026, 10):
        later = "-rev2" if record["revision"] == 2 else ""
        name = f"{record['trading_day']}-{record['sequence']}{later}.json"
        (tmp_path / name).write_text(json.dumps(record), encoding="utf-8")
    catalogue = VENUES["anchor"].catalogue()
    (tmp_path / "catalogue.json").write_text(json.dumps(catalogue), encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def sample() -> Path:
    """Give the folder of the sample month, or skip where it is not at hand."""
    if not SAMPLE.is_dir():
        pytest.skip("the sample month of the Anchor Hotel (shared/data) is not at hand")
    return SAMPLE
