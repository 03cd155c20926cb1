"""Connecting: the answer is taken on this machine only, once, and a person says which organisation is meant."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.cli.world import Run, World, connect, sides

from takings.cli.callback import CallbackServer
from takings.cli.demo.picks import pick_target
from takings.cli.demo.sandbox import RunningSandbox
from takings.errors import UsageError
from takings.host import PluginHost

SECOND = "Second Street Bar"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A stand-in ledger with two organisations, and nothing else."""
    folder = tmp_path_factory.mktemp("ledger")
    pick = pick_target(PluginHost.load(), None)
    name, sandbox = pick.component, pick.sandbox
    assert sandbox is not None
    with RunningSandbox(name, sandbox, folder / "data") as running, httpx.Client(trust_env=False) as client:
        ready = running.wait_until_ready()
        client.post(f"{ready['control']}/organisations", json={"name": SECOND}).raise_for_status()
        lines = [f"{key} = {json.dumps(value)}" for key, value in ready["installation"].items()]
        (folder / "takings.toml").write_text("\n".join([f'["{name}"]', *lines]))
        yield World(folder, client, {}, ready)


@pytest.fixture
def world(ledger: World, tmp_path: Path, run: Run) -> World:
    (tmp_path / "takings.toml").write_text((ledger.folder / "takings.toml").read_text())
    here = World(tmp_path, ledger.client, {}, ledger.target)
    assert run("provision", "anchor", *sides(), *here.options).code == 0
    return here


def test_of_several_organisations_one_is_named(world: World):
    refused = connect(world, "anchor", "--json")
    assert refused.code == 2
    assert SECOND in refused.error["message"]
    assert "--organisation" in refused.error["message"]
    taken = connect(world, "anchor", "--json", "--organisation", SECOND)
    assert taken.code == 0
    assert taken.json["target"]["name"] == SECOND
    by_id = connect(world, "anchor", "--organisation", taken.json["target"]["organisation"])
    assert by_id.out == f"anchor is connected to {SECOND}.\n"


def test_a_person_who_refuses_gets_one_sentence(world: World):
    def refuse(client: httpx.Client, address: str) -> str:
        asked = parse_qs(urlsplit(address).query)
        answer = {"state": asked["state"][0], "error": "access_denied", "error_description": "Not \x1b[31mtoday"}
        return str(httpx.URL(asked["redirect_uri"][0], params=answer))

    answer = connect(world, "anchor", respond=refuse)
    assert answer.code in (1, 2)
    assert answer.err.splitlines()[-1].startswith("takings: ")
    assert "\x1b" not in answer.err


def test_an_answer_with_another_state_is_refused(world: World):
    def forge(client: httpx.Client, address: str) -> str:
        redirect = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        return str(httpx.URL(redirect, params={"state": "forged", "code": "stolen"}))

    answer = connect(world, "anchor", respond=forge)
    assert answer.code in (1, 2)
    assert "Traceback" not in answer.err


def test_a_disconnected_integration_says_so(run: Run, world: World):
    assert connect(world, "anchor", "--organisation", SECOND).code == 0
    gone = run("disconnect", "anchor", "--json", *world.options)
    assert gone.code == 0
    assert (gone.json["target"] or {"state": "new"})["state"] != "connected"
    answer = run("map", "suggest", "anchor", "--accept", *world.options)
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert "connect" in answer.err
    assert run("verify", "anchor", *world.options).out.startswith("Nothing was posted")


def test_only_the_callback_with_a_state_is_an_answer():
    with CallbackServer(0) as server, httpx.Client(trust_env=False, base_url=server.address) as client:
        for address in ("", "/other", "?code=1", "//example.com"):
            assert client.get(server.address.removesuffix("/oauth/callback") + address).status_code == 404
        assert server.wait(0.05) is None
        answer = client.get(server.address, params={"state": "a", "code": "b", "state2": "c"})
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert server.wait(60) == {"state": "a", "code": "b"}
        assert client.post(server.address).status_code == 501


def test_it_listens_on_this_machine_only():
    with CallbackServer(0) as server:
        for address in ("127.0.0.1", "::1"):
            try:
                with socket.create_connection((address, server.port), timeout=60):
                    pass
            except OSError:
                assert address == "::1"
        own = socket.gethostbyname(socket.gethostname())
        if not own.startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((own, server.port), timeout=2)


def test_two_can_not_listen_on_one_port():
    with CallbackServer(0) as server, pytest.raises(UsageError, match="in use"):
        CallbackServer(server.port)
