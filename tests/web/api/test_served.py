"""The JSON API of `takings serve`: a real server on this machine, and programs that show a key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from tests.web.api.client import check
from tests.web.api.conftest import PARTS, open_shop

from takings.engine import Engine
from takings.errors import NotFound, UsageError
from takings.testing import FixedClock
from takings.views import LOCAL, Principal
from takings.web.api.document import BASE
from takings.web.app import make_app
from takings.web.sessions import COOKIE

ANNA = Principal(owner="anna", name="Anna")


@dataclass
class Served:
    """A running server with its engine."""

    engine: Engine
    http: httpx.Client

    def ask(self, method: str, path: str, key: str = "", **more: Any) -> httpx.Response:
        """Ask with a key, and hold the answer against the document."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = self.http.request(method, f"{BASE}{path}", headers=headers | more.pop("headers", {}), **more)
        check(method, path, answer)
        return answer


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, schema_file: Path) -> Iterator[Served]:
    with open_shop(tmp_path_factory.mktemp("served"), schema_file) as shop:
        app = make_app(shop.engine, LOCAL, "http://localhost:8400")
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        listening = server.config.bind_socket()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with listening, httpx.Client(base_url=url, trust_env=False, timeout=120) as http:
            yield Served(shop.engine, http)
            server.should_exit = True
            thread.join(120)
        assert not thread.is_alive()


@pytest.fixture
def key(served: Served) -> str:
    return served.engine.new_api_key(ANNA, "report")


def test_a_program_provisions_with_its_key_for_the_keys_owner(served: Served, key: str) -> None:
    made = served.ask("POST", "/integrations", key, json={"name": "served", **PARTS})
    assert (made.status_code, made.json()["owner"]) == (201, "anna")
    events = served.ask("GET", "/audit", key).json()["events"]
    assert events[0]["principal"] == "key report"
    assert served.engine.integrations(LOCAL) == []


def test_a_setup_link_of_this_server_has_an_address(served: Served, key: str) -> None:
    served.ask("POST", "/integrations", key, json={"name": "linked", **PARTS})
    link = served.ask("POST", "/integrations/linked/links", key, json={}).json()
    assert link["address"] == f"http://localhost:8400/link/{link['token']}"
    assert served.http.get(f"/link/{link['token']}").status_code == 200


def test_a_key_works_until_it_is_revoked(served: Served, key: str) -> None:
    assert served.ask("GET", "/me", key).json()["csrf_token"] == ""
    shown = next(one for one in served.engine.api_keys(ANNA) if key.endswith(one.hint[1:]))
    assert (shown.state, shown.last_used_at) == ("active", served.engine.clock.now())
    assert served.engine.revoke_api_key(ANNA, shown.id).state == "revoked"
    assert served.engine.revoke_api_key(ANNA, shown.id).state == "revoked"
    refused = served.ask("GET", "/me", key)
    assert (refused.status_code, refused.json()["error"]["kind"]) == (401, "not_signed_in")


def test_a_key_expires(served: Served) -> None:
    short = served.engine.new_api_key(ANNA, "short", days=1)
    assert served.ask("GET", "/me", short).status_code == 200
    clock = served.engine.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=1))
    assert served.ask("GET", "/me", short).status_code == 401
    assert [one.state for one in served.engine.api_keys(ANNA) if one.name == "short"] == ["expired"]
    clock.advance(timedelta(days=-1))


def test_what_is_no_key_lets_nobody_in(served: Served, key: str) -> None:
    auth_token = served.engine.new_token(ANNA, served.engine.provision(ANNA, name="tokened", **PARTS).id)
    link = served.engine.create_setup_link(ANNA, "tokened")
    for wrong in ("nothing", key[:-1], f"{key}x", auth_token, link, served.engine.create_sign_in(ANNA)):
        assert served.ask("GET", "/me", wrong).status_code == 401
    for header in (f"Basic {key}", key, "Bearer", ""):
        assert served.ask("GET", "/me", headers={"Authorization": header}).status_code == 401
    assert served.http.post("/intake", headers={"Authorization": f"Bearer {key}"}, content=b"[]").status_code == 401
    assert served.http.get("/", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_a_wrong_key_is_not_made_good_by_a_cookie(served: Served) -> None:
    cookie = {"Cookie": f"{COOKIE}={served.engine.sign_in(served.engine.create_sign_in(ANNA))}"}
    assert served.ask("GET", "/me", headers=cookie).status_code == 200
    assert served.ask("GET", "/me", "wrong", headers=cookie).status_code == 401


def test_a_cookie_needs_the_token_to_change_something(served: Served) -> None:
    cookie = {"Cookie": f"{COOKIE}={served.engine.sign_in(served.engine.create_sign_in(ANNA))}"}
    token = served.ask("GET", "/me", headers=cookie).json()["csrf_token"]
    sent = {"name": "by-cookie", **PARTS}
    assert served.ask("POST", "/integrations", headers=cookie, json=sent).status_code == 403
    made = served.ask("POST", "/integrations", headers={**cookie, "X-CSRF-Token": token}, json=sent)
    assert made.status_code == 201


def test_keys_are_seen_and_revoked_by_their_owner_only_and_kept_nowhere(served: Served, key: str) -> None:
    assert served.engine.api_keys(LOCAL) == []
    with pytest.raises(NotFound):
        served.engine.revoke_api_key(LOCAL, served.engine.api_keys(ANNA)[0].id)
    everything = [served.ask("GET", path, key).text for path in ("/audit?limit=200", "/me")]
    assert key not in str([*everything, served.engine.api_keys(ANNA)])
    database = Path(str(served.engine.database.engine.url.database))
    assert key.encode() not in b"".join(one.read_bytes() for one in database.parent.iterdir())


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\nb", "a\x00b"])
def test_a_key_has_a_name_that_can_be_shown(served: Served, name: str) -> None:
    with pytest.raises(UsageError):
        served.engine.new_api_key(ANNA, name)
