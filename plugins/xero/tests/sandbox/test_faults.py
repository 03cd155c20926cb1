"""Faults on purpose: what the client sees, and what stands in the books afterwards."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest


def add(session: Any, do: str, **more: Any) -> None:
    reply = session.http.post(
        f"{session.sandbox.ready()['control']}/faults", json={"do": do, "match": {"resource": "invoices"}} | more
    )
    assert reply.status_code == 200, reply.text


def count(session: Any) -> int:
    return len(session.sandbox.control.dump(session.tenant)["Invoices"])


def post(session: Any, key: str = "k1") -> httpx.Response:
    return session.call("PUT", "Invoices", session.invoice(), headers={"Idempotency-Key": key})


def test_drop_before_commits_nothing(session: Any) -> None:
    add(session, "drop_before")
    with pytest.raises(httpx.RemoteProtocolError):
        post(session)
    assert count(session) == 0
    assert post(session).status_code == 200


def test_commit_then_drop_commits_and_the_key_gives_the_answer_back(session: Any) -> None:
    add(session, "commit_then_drop")
    with pytest.raises(httpx.RemoteProtocolError):
        post(session)
    assert count(session) == 1
    assert post(session).json()["Invoices"][0]["InvoiceNumber"] == "INV-0001"
    assert count(session) == 1


def test_half_a_request_is_no_request_and_uses_no_key(session: Any) -> None:
    body = json.dumps({"Invoices": [session.invoice()]}).encode()

    def breaking() -> Iterator[bytes]:
        yield body[:40]
        raise ConnectionError("the sender died")

    headers = session.bearer | {"xero-tenant-id": session.tenant, "Idempotency-Key": "k1"}
    headers |= {"Content-Length": str(len(body))}
    with pytest.raises(ConnectionError):
        session.http.put(f"{session.sandbox.url}/api.xro/2.0/Invoices", content=breaking(), headers=headers)
    assert post(session).status_code == 200
    assert count(session) == 1


def test_drop_then_commit_later(session: Any) -> None:
    add(session, "drop_then_commit_later", seconds=0.05)
    with pytest.raises(httpx.RemoteProtocolError):
        post(session)
    assert count(session) == 0
    for _ in range(3000):
        if count(session):
            break
        time.sleep(0.01)
    assert count(session) == 1
    assert post(session).status_code == 200
    assert count(session) == 1


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (429, ""),
        (500, "An error occurred in Xero. Check the API Status page"),
        (503, "The Xero API is temporarily unavailable"),
        (404, ""),
    ],
)
def test_an_answer_on_purpose(session: Any, status: int, text: str) -> None:
    add(session, "status", status=status, retry_after=7)
    reply = post(session)
    assert (reply.status_code, count(session)) == (status, 0)
    assert text in reply.text
    if status in {429, 503}:
        assert reply.headers["Retry-After"] == "7"


def test_a_delay(session: Any) -> None:
    add(session, "delay", ms=60)
    started = time.perf_counter()
    post(session)
    assert time.perf_counter() - started >= 0.06


@pytest.mark.parametrize(("do", "standing"), [("hold_before_commit", 0), ("hold_after_commit", 1)])
def test_a_held_call_waits_for_its_release_and_goes_on_without_its_client(
    session: Any, do: str, standing: int
) -> None:
    add(session, do)
    control = session.sandbox.ready()["control"]

    def impatient() -> None:
        with pytest.raises(httpx.ReadTimeout):
            session.call("PUT", "Invoices", session.invoice(), timeout=0.3)

    client = threading.Thread(target=impatient)
    client.start()
    (held,) = session.http.get(f"{control}/held", params={"wait_for": 1, "timeout": 60}).json()
    assert (held["method"], "POS sales" in held["body"]) == ("PUT", True)
    assert count(session) == standing
    client.join()
    assert session.http.post(f"{control}/held/{held['id']}/release").json() == {"released": 1}
    for _ in range(3000):
        if count(session):
            break
        time.sleep(0.01)
    assert count(session) == 1


def test_rules_are_taken_in_order_and_used_up(session: Any) -> None:
    add(session, "status", status=500, times=2)
    add(session, "status", status=503, match={"method": "PUT", "path": "/api.xro/2.0/INV", "nth": 2})
    assert [post(session, f"k{n}").status_code for n in range(5)] == [500, 500, 200, 503, 200]
    assert session.http.get(f"{session.sandbox.ready()['control']}/faults").json()[0]["used"] == 2


def test_the_token_endpoint_can_fail_too(session: Any) -> None:
    session.sandbox.world.faults.add({"do": "commit_then_drop", "match": {"path": "/connect/token"}})
    old = session.tokens["refresh_token"]
    with pytest.raises(httpx.RemoteProtocolError):
        session.refresh(old)
    assert session.refresh(old).status_code == 200


def test_a_rule_with_a_wrong_word_is_refused(session: Any) -> None:
    url = f"{session.sandbox.ready()['control']}/faults"
    for body in ({"do": "explode"}, {"do": "delay", "milliseconds": 5}):
        assert session.http.post(url, json=body).status_code == 400
