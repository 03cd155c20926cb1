"""The sandbox by itself: its command line, that it keeps what it should, and its control calls."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from takings_square.sandbox import Sandbox
from takings_square.sandbox.cafe import Cafe

from .conftest import SCOPES, OpenShop


def test_it_says_when_it_is_ready_and_ends_with_its_input(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "takings_square.sandbox", "--port", "0", "--auto-consent"]
    command += ["--until-stdin-closes", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["ready"] is True
        assert set(ready["installation"]) >= {"client_id", "authorise_url", "token_url", "api_url"}
        with httpx.Client(trust_env=False) as client:
            assert "Square sandbox" in client.get(ready["page"]).text
        process.stdin.close()
        assert process.wait(timeout=120) == 0


def test_a_folder_keeps_the_app_its_tokens_and_what_was_amended(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as first:
        token = first.state.issue(SCOPES)["access_token"]
        first.state.amend("LSYDNEYCAFE", date(2026, 10, 1), "tip", at=datetime(2026, 10, 2, tzinfo=UTC))
        ident = first.ready()["installation"]["client_id"]
    with Sandbox(tmp_path) as second:
        assert second.ready()["installation"]["client_id"] == ident
        assert second.state.scopes_of(token) == frozenset(SCOPES.split())
        assert len(second.state.kept.amendments) == 1


def test_the_same_seed_gives_the_same_days() -> None:
    day = date(2026, 10, 1)
    assert Cafe("L1", 3).day(day) == Cafe("L1", 3).day(day)
    assert Cafe("L1", 4).day(day) != Cafe("L1", 3).day(day)


def test_every_order_of_a_year_is_paid_exactly() -> None:
    cafe, day = Cafe("L1"), date(2026, 1, 1)
    for _ in range(365):
        made = cafe.day(day)
        paid = {one["order_id"]: one["total_money"]["amount"] for one in made.payments.values()}
        for order in made.orders.values():
            if "line_items" in order:
                assert order["total_money"]["amount"] == paid[order["id"]]
        day += timedelta(days=1)


@pytest.mark.parametrize("token", ["", "Bearer unknown"])
def test_a_call_without_a_token_is_refused(open_shop: OpenShop, token: str) -> None:
    with httpx.Client(trust_env=False) as client:
        reply = client.get(f"{open_shop().sandbox.url}/v2/locations", headers={"Authorization": token})
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (401, "UNAUTHORIZED")


def test_a_day_without_sales_can_t_be_amended(open_shop: OpenShop) -> None:
    with httpx.Client(trust_env=False) as client:
        reply = client.post(f"{open_shop().sandbox.url}/sandbox/amend", json={"day": "2026-10-05"})
    assert reply.status_code == 400
    assert "no sale" in reply.text


def test_a_page_elsewhere_can_t_drive_it(open_shop: OpenShop) -> None:
    with httpx.Client(trust_env=False, headers={"Origin": "https://elsewhere.example"}) as client:
        assert client.post(f"{open_shop().sandbox.url}/sandbox/expire").status_code == 403


def test_faults_are_told_by_a_control_call(open_shop: OpenShop) -> None:
    shop = open_shop()
    with httpx.Client(trust_env=False) as client:
        client.post(f"{shop.sandbox.url}/sandbox/faults", json={"status": 503, "times": 2}).raise_for_status()
        found = [client.get(f"{shop.sandbox.url}/v2/locations").status_code for _ in range(3)]
    assert found == [503, 503, 401]
