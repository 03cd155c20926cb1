"""What a push is told when its point of sale pushes nothing, and when its plugin is broken."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
from tests.setup.conftest import NAME, MakeSetup, Setup

from takings.plugin import Content, RecordReader, TokenHandedOut, WayIn
from takings.testing import FakeSource, FakeTarget
from takings.views import LOCAL
from takings.web.intake import Intake

HANDED = replace(FakeSource().declaration(), connecting=TokenHandedOut())


class Broken(type(HANDED.reader)):  # type: ignore[misc]
    """A reader with a mistake in it."""

    def read_body(self, body: bytes) -> Content:
        return Content(records=body.no_such)  # type: ignore[attr-defined]


def push(setup: Setup) -> httpx.Response:
    token = setup.engine.new_token(LOCAL, NAME)

    async def call() -> httpx.Response:
        transport: Any = httpx.ASGITransport(app=Intake(setup.engine))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.post("/", content=b"{}", headers={"Authorization": f"Bearer {token}"})

    return asyncio.run(call())


def test_a_source_that_pushes_nothing_is_told_so(make_setup: MakeSetup) -> None:
    source = replace(HANDED, ways_in=frozenset({WayIn.PULL, WayIn.FILE}))
    reply = push(make_setup(source, FakeTarget().declaration()))
    assert (reply.status_code, reply.json()["error"]) == (409, "not_pushed")
    assert reply.json()["message"] == "Fake till takes no records by push."


def test_a_broken_plugin_is_told_with_a_time_to_try_again(make_setup: MakeSetup) -> None:
    reader: RecordReader = Broken()
    reply = push(make_setup(replace(HANDED, reader=reader), FakeTarget().declaration()))
    assert (reply.status_code, reply.json()["error"]) == (503, "plugin_fault")
    assert reply.headers["retry-after"] == "3600"
    assert "takings-fake" in reply.json()["message"]
