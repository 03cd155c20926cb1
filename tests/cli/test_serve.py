"""`takings serve`: days are stored before they are acknowledged, and nothing too large or unauthorised gets in."""

from __future__ import annotations

import contextlib
import gzip
import json
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.cli.world import FIRST, LAST, Run, World, call, sides

from takings.cli.demo.consent import follow_to

LIMIT = 5_000_000


@dataclass
class Served:
    """A running server, with an integration's Auth Token and some of its days."""

    world: World
    url: str
    client: httpx.Client
    token: str
    days: list[dict[str, Any]]
    process: subprocess.Popen[str]

    def push(self, content: Any, **headers: str) -> httpx.Response:
        body = content if isinstance(content, (bytes, Iterator)) else json.dumps(content).encode()
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        return self.client.post(f"{self.url}/intake", content=body, headers=given)


def start(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "takings.cli", "serve", "--json", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def served(servers: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "takings.toml").write_text((servers.folder / "takings.toml").read_text())
    world = World(folder, servers.client, servers.source, servers.target)
    assert call("provision", "pushed", *sides(), *world.options).code == 0
    token = call("token", "new", "pushed", *world.options).out.strip()
    world.client.post(world.source["enter_token"]["url"], json={"token": token}).raise_for_status()
    days = world.client.get(
        f"{world.source['url']}/v1/end-of-day",
        params={"from": FIRST, "to": LAST},
        headers={"Authorization": f"Bearer {token}"},
    ).json()["items"]
    process = start("--port", "0", *world.options)
    with process, httpx.Client(trust_env=False, timeout=120) as client:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line, process.stderr.read()
        ready = json.loads(line)
        yield Served(world, ready["intake"].removesuffix("/intake"), client, token, days, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
        # One test keeps the database busy, which the worker beside the server may notice.
        said = [one for one in process.stderr.read().splitlines() if "what is due could not be read" not in one]
        assert said == []


def test_one_day_and_several_are_stored_and_a_repetition_changes_nothing(served: Served):
    one = served.push(served.days[0])
    assert one.status_code == 200
    result = one.json()["results"][0]
    assert (result["business_date"], result["sequence"], result["result"]) == (FIRST, 1, "stored")
    several = served.push(served.days)
    assert [each["result"] for each in several.json()["results"]] == ["unchanged"] + ["stored"] * 4
    listed = call("days", "pushed", "--json", *served.world.options).json["days"]
    assert [each["business_date"] for each in listed] == [each["trading_day"] for each in served.days]


def test_what_contradicts_a_stored_day_is_a_conflict(served: Served):
    served.push(served.days[1])
    first, *others = served.days[1]["payments"]
    answer = served.push({**served.days[1], "payments": [{**first, "count": 1}, *others]})
    assert answer.status_code == 200
    result = answer.json()["results"][0]
    assert result["result"] == "conflict"
    assert result["findings"][0]["message"]


def test_an_invalid_record_stores_nothing_and_says_why(served: Served):
    broken = {**served.days[2], "trading_day": "2026-09-15", "payments": "none"}
    answer = served.push([{**served.days[3], "trading_day": "2026-09-16"}, broken])
    assert answer.status_code == 422
    assert "payments" in json.dumps(answer.json()["findings"])
    assert all(one["message"] for one in answer.json()["findings"])
    listed = call("days", "pushed", "--from", "2026-09-01", "--to", "2026-09-30", "--json", *served.world.options)
    assert listed.json["days"] == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 5000, b'"text"', b"null"])
def test_a_body_that_is_no_record_is_refused_in_json(served: Served, body: bytes):
    answer = served.push(body)
    assert answer.status_code in (400, 422)
    assert set(answer.json()) & {"error", "findings"}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic YTpi", "Bearer \u00fc"])
def test_without_a_known_token_nothing_is_read(served: Served, header: str):
    headers = {"Authorization": header.encode("latin-1")} if header else {}
    answer = served.client.post(f"{served.url}/intake", content=b"{}", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"] == "not_authorised"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_token_gets_nothing_in(served: Served, run: Run):
    run("provision", "short", *sides(), *served.world.options)
    token = run("token", "new", "short", *served.world.options).out.strip()
    run("token", "revoke", "short", *served.world.options)
    assert served.push(served.days[0], Authorization=f"Bearer {token}").status_code == 401


def test_a_compressed_body_is_read(served: Served):
    answer = served.push(gzip.compress(json.dumps(served.days[4]).encode(), mtime=0), **{"Content-Encoding": "gzip"})
    assert answer.status_code == 200


def chunks(size: int) -> Iterator[bytes]:
    for _ in range(0, size, 65536):
        yield b" " * 65536


@pytest.mark.parametrize("form", ["announced", "chunked", "gzip", "many gzips"])
def test_a_body_above_the_limit_is_refused_while_it_is_read(served: Served, form: str):
    headers = {"Content-Encoding": "gzip"} if "gzip" in form else {}
    content: Any = b" " * (LIMIT + 1)
    if form == "chunked":
        content = chunks(2 * LIMIT)
    elif form == "gzip":
        content = gzip.compress(b" " * 200_000_000, 1, mtime=0)
    elif form == "many gzips":
        content = gzip.compress(b"[]", mtime=0) * 3
    with contextlib.suppress(httpx.WriteError, httpx.RemoteProtocolError):
        answer = served.push(content, **headers)
        assert answer.status_code == (400 if form == "many gzips" else 413)
        assert answer.json()["error"]
    assert served.client.get(f"{served.url}/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [(b"not gzip", "gzip", 400), (gzip.compress(b"[]", mtime=0)[:-4], "gzip", 400), (b"[]", "br", 415)],
)
def test_an_encoding_that_can_not_be_read_is_refused(served: Served, body: bytes, encoding: str, status: int):
    answer = served.push(body, **{"Content-Encoding": encoding})
    assert answer.status_code == status
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/intake", 405), ("PUT", "/intake", 405), ("POST", "/healthz", 405)],
)
def test_other_calls_are_refused_in_json(served: Served, method: str, path: str, status: int):
    answer = served.client.request(method, served.url + path)
    assert answer.status_code == status
    assert "error" in answer.json()


@pytest.mark.parametrize("path", ["/", "/audit", "/nothing"])
def test_who_is_not_signed_in_is_told_how_to(served: Served, path: str):
    answer = served.client.get(served.url + path)
    assert answer.status_code == 401
    assert 'href="/sign-in"' in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/intake", "/oauth/callback", "/nothing"])
def test_every_answer_has_the_security_headers_and_no_cookie(served: Served, path: str):
    headers = served.client.get(served.url + path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers
    assert "server" not in headers


def test_a_busy_database_asks_to_come_again(served: Served):
    other = sqlite3.connect(served.world.folder / "takings.db")
    other.execute("begin immediate")
    try:
        answer = served.push(served.days[0])
    finally:
        other.close()
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert served.push(served.days[0]).status_code == 200


def test_an_answer_of_nobody_is_a_page_that_says_so(served: Served):
    for query in ("?again=1", "?state=unknown&code=1&again=1", "?state=%3Cscript%3E&error=%3Cscript%3E&again=1"):
        answer = served.client.get(f"{served.url}/oauth/callback{query}")
        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("text/html")
        assert "<script>" not in answer.text
    first = served.client.get(f"{served.url}/oauth/callback?state=%22%3E%3Cscript%3E")
    assert "<script>" not in first.text
    assert "again=1" in first.text


def test_a_connect_begun_elsewhere_is_finished_here(served: Served):
    from takings.cli.opening import open_engine
    from takings.connect.installation import Installation
    from takings.host import PluginHost
    from takings.store.keyfile import keys_of
    from takings.views import LOCAL

    folder = served.world.folder
    opening = open_engine(
        str(folder / "takings.db"),
        keys=lambda database: keys_of(database, folder / "takings.key"),
        plugins=PluginHost.load(),
        installation=Installation.load(file=folder / "takings.toml", environ={}),
    )
    with opening as engine:
        redirect = served.url.replace("127.0.0.1", "localhost") + "/oauth/callback"
        address = engine.begin_connect(LOCAL, "pushed", redirect)
    back = follow_to(served.client, address).replace("localhost", "127.0.0.1")
    page = served.client.get(f"{back}&again=1")
    assert page.status_code == 200
    assert "pushed is connected to" in page.text
    shown = call("integrations", "show", "pushed", "--json", *served.world.options).json
    assert shown["target"]["state"] == "connected"
    assert served.client.get(f"{back}&again=1").status_code == 400


def test_a_port_in_use_is_said_to_be(served: Served, run: Run):
    port = served.url.rpartition(":")[2]
    answer = run("serve", "--port", port, *served.world.options)
    assert answer.code == 1
    assert f"Port {port}" in answer.err
    taken = run("connect", "pushed", "--port", port, "--no-browser", *served.world.options)
    assert taken.code == 2
    assert f"Port {port} is in use" in taken.err


def test_a_missing_extra_is_named(run: Run, monkeypatch: pytest.MonkeyPatch):
    loaded = [one for one in sys.modules if one.startswith(("starlette", "takings.web."))]
    for name in loaded:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette", None)
    answer = run("serve")
    assert answer.code == 1
    assert "pip install 'takings[web]'" in answer.err


def test_a_call_that_was_begun_is_answered_before_the_server_stops(served: Served):
    process = start("--port", "0", *served.world.options)
    with process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["intake"]
        address = httpx.URL(url)
        body = json.dumps(served.days[0]).encode()
        head = (
            f"POST /intake HTTP/1.1\r\nHost: {address.netloc.decode()}\r\nAuthorization: Bearer {served.token}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        with socket.create_connection((address.host, address.port or 80), timeout=120) as caller:
            caller.sendall(head.encode() + body[:100])
            # Its answer shows that the call before it was taken.
            assert served.client.get(url.replace("intake", "healthz")).status_code == 200
            process.send_signal(signal.SIGTERM)
            caller.sendall(body[100:])
            answer = b"".join(iter(lambda: caller.recv(65536), b""))
        assert b" 200 OK" in answer.splitlines()[0]
        assert process.wait(120) == 0
