"""Call limits with Xero's headers, and Idempotency-Key."""

from __future__ import annotations

import threading
from typing import Any

import pytest

LEFT = ("X-DayLimit-Remaining", "X-MinLimit-Remaining", "X-AppMinLimit-Remaining")


def test_every_reply_says_what_is_left(session: Any) -> None:
    first, second = (session.call("GET", "Organisation") for _ in range(2))
    assert [first.headers[name] for name in LEFT] == ["4999", "59", "9999"]
    assert [second.headers[name] for name in LEFT] == ["4998", "58", "9998"]
    assert session.call("PUT", "Invoices", {"Type": "ACCREC"}).headers["X-MinLimit-Remaining"] == "57"


def test_the_sixty_first_call_of_a_minute_is_an_empty_429(session: Any, clock: Any) -> None:
    for _ in range(60):
        assert session.call("GET", "Organisation").status_code == 200
    refused = session.call("GET", "Organisation")
    assert (refused.status_code, refused.content) == (429, b"")
    assert "content-type" not in refused.headers
    assert refused.headers["X-Rate-Limit-Problem"] == "minute"
    assert refused.headers["X-MinLimit-Remaining"] == "0"
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 60
    clock.forward(wait)
    assert session.call("GET", "Organisation").status_code == 200


def test_windows_of_two_organisations_turn_at_different_moments(session: Any) -> None:
    session.sandbox.world.switch(limit_minute=0)
    session.sandbox.control.add_organisation("Beach Club")
    session.connect()
    waits = set()
    for one in session.connections():
        session.tenant = one["tenantId"]
        waits.add(session.call("GET", "Organisation").headers["Retry-After"])
    assert len(waits) == 2


def test_the_day_limit_waits_for_hours(session: Any) -> None:
    session.sandbox.world.switch(limit_day=1)
    session.call("GET", "Organisation")
    refused = session.call("GET", "Organisation")
    assert refused.headers["X-Rate-Limit-Problem"] == "day"
    assert int(refused.headers["Retry-After"]) > 60


@pytest.mark.parametrize(
    ("switch", "problem"), [("limit_app_minute", "appminute"), ("limit_concurrent", "concurrent")]
)
def test_app_and_concurrent_limits_name_themselves_without_retry_after(
    session: Any, switch: str, problem: str
) -> None:
    session.sandbox.world.switch(**{switch: 0})
    refused = session.call("GET", "Organisation")
    assert refused.headers["X-Rate-Limit-Problem"] == problem
    assert "Retry-After" not in refused.headers


def test_a_sixth_call_at_once_is_refused(session: Any) -> None:
    session.sandbox.world.switch(latency_ms=300)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(session.call("GET", "Organisation").status_code))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 5 + [429]
    assert session.sandbox.world.limits.most_in_flight()[session.tenant] == 5


def test_limits_can_be_switched_off(session: Any) -> None:
    session.sandbox.world.switch(limit_minute=None, limit_day=None, limit_app_minute=None, limit_concurrent=None)
    assert {session.call("GET", "Organisation").status_code for _ in range(70)} == {200}


def keyed(session: Any, key: str, body: Any, method: str = "PUT") -> Any:
    return session.call(method, "Invoices", body, headers={"Idempotency-Key": key})


def test_the_same_key_gives_the_same_answer_and_one_document(session: Any) -> None:
    first, second = (keyed(session, "k1", session.invoice()) for _ in range(2))
    assert first.content == second.content
    assert len(session.get("Invoices")["Invoices"]) == 1
    assert int(second.headers["X-MinLimit-Remaining"]) < int(first.headers["X-MinLimit-Remaining"])


def test_an_error_is_remembered_too(session: Any) -> None:
    session.sandbox.control.change_account(session.tenant, "201", {"Status": "ARCHIVED"})
    first = keyed(session, "k1", session.invoice())
    session.sandbox.control.change_account(session.tenant, "201", {"Status": "ACTIVE"})
    second = keyed(session, "k1", session.invoice())
    assert (first.status_code, second.status_code) == (400, 400)
    assert first.content == second.content


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_key_with_another_request_is_refused(session: Any, method: str) -> None:
    keyed(session, "k1", session.invoice())
    body = session.invoice(Reference="other") if method == "PUT" else session.invoice()
    reply = keyed(session, "k1", body, method)
    assert reply.status_code == 400
    assert "Idempotency Key: k1 is used with a different request." in reply.text


def test_a_key_lives_six_minutes_and_through_a_restart(session: Any, clock: Any, tmp_path: Any) -> None:
    from takings_xero.sandbox import Sandbox

    first = keyed(session, "k1", session.invoice())
    clock.forward(359)
    session.sandbox.close()
    with Sandbox(tmp_path / "sandbox", clock=clock) as again:
        session.sandbox = again
        assert keyed(session, "k1", session.invoice()).content == first.content
        clock.forward(2)
        assert keyed(session, "k1", session.invoice()).content != first.content


def test_a_key_longer_than_128_characters_is_refused(session: Any) -> None:
    reply = keyed(session, "k" * 129, session.invoice())
    assert reply.status_code == 400
    assert "129" in reply.text
    assert keyed(session, "k" * 128, session.invoice()).status_code == 200


def test_a_key_means_nothing_on_a_get(session: Any) -> None:
    key = {"Idempotency-Key": "k1"}
    assert session.call("GET", "Invoices", headers=key).json()["Invoices"] == []
    session.post_invoice()
    assert len(session.call("GET", "Invoices", headers=key).json()["Invoices"]) == 1
