"""Who may ask what: every operation, by everybody who may not, answers with a refusal and changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.chain import row_counts
from tests.web.api.calls import Known, Sent, calls, prepare
from tests.web.api.client import ORIGIN, PEOPLE, Client, by_header
from tests.web.api.conftest import Shop, open_shop

from takings.web import WebPrincipal, make_web
from takings.web.api.app import OPERATIONS
from takings.web.api.document import BASE
from takings.web.api.operation import Operation

#: What needs another system's consent, a day that looks unusual, or a draft: there is none of them in these tests.
OTHERWISE = {
    "beginConnect": 400,
    "finishConnect": 400,
    "chooseOrganisation": 404,
    "confirmDays": 404,
    "postPayments": 404,
}
#: In which order a shared integration can be asked: what ends it comes last.
LAST = ("revokeToken", "disconnectLedger", "deleteIntegration")

OF_OTHERS = [one for one in OPERATIONS if "{ref}" in one.path]
CHANGING = [one for one in OPERATIONS if one.method not in ("GET",)]


def name_of(one: object) -> str:
    return one.name if isinstance(one, Operation) else ""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, schema_file: Path) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop"), schema_file) as made:
        yield made


@pytest.fixture(scope="module")
def known(shop: Shop) -> Known:
    return prepare(shop)


def call_of(known: Known, one: Operation) -> Sent:
    return calls(known)[one.name]


def refused(shop: Shop, client: Client, one: Operation, sent: Sent, **more: Any) -> httpx.Response:
    """Ask, and see that it is refused and that nothing was written."""
    before = row_counts(shop.engine)
    answer = client.ask(one.method, sent.path, sent.body, **more)
    assert answer.status_code >= 400, answer.text
    assert row_counts(shop.engine) == before
    return answer


def test_there_is_a_call_for_every_operation(known: Known) -> None:
    assert sorted(calls(known)) == sorted(one.name for one in OPERATIONS)


@pytest.mark.parametrize("one", OPERATIONS, ids=name_of)
def test_nobody_is_let_in_without_saying_who_it_is(shop: Shop, known: Known, one: Operation) -> None:
    answer = refused(shop, shop.as_user(""), one, call_of(known, one))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("one", OF_OTHERS, ids=name_of)
@pytest.mark.parametrize("by", ["id", "name"])
def test_another_owner_finds_nothing(shop: Shop, known: Known, one: Operation, by: str) -> None:
    sent = call_of(known, one)
    path = sent.path if by == "id" else sent.path.replace(known.ref, "corner")
    answer = refused(shop, shop.bert, one, Sent(path, sent.body))
    assert answer.status_code == 404
    assert "fake" not in answer.text.lower()


def test_another_owner_reaches_nothing_by_way_of_an_integration_of_its_own(shop: Shop, known: Known) -> None:
    mine = shop.bert.post("/integrations", {"name": "own", "source": "fake:till", "target": "fake:ledger"}, 201)["id"]
    for place in (f"runs/{known.run}", f"days/2026-11-01/1?site={known.ref}"):
        shop.bert.get(f"/integrations/{mine}/{place}", 404)
    shop.bert.post(f"/integrations/{mine}/runs/{known.waiting}/cancel", status=404)
    shop.bert.delete(f"/integrations/{mine}/links/{known.link}", 404)
    assert shop.bert.get("/audit")["events"][-1]["integration"] == mine
    shop.bert.delete(f"/integrations/{mine}")


@pytest.mark.parametrize("one", OPERATIONS, ids=name_of)
def test_who_may_reach_one_integration_sees_no_other_and_nothing_of_all(
    shop: Shop, known: Known, one: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PEOPLE, "link", replace(PEOPLE["anna"], integration="int_other"))
    if one.whole or "{ref}" in one.path:
        assert refused(shop, shop.as_user("link"), one, call_of(known, one)).status_code == 404


@pytest.mark.parametrize("one", CHANGING, ids=name_of)
@pytest.mark.parametrize("token", ["", "x.y.z", "of another"])
def test_a_cookie_alone_changes_nothing(shop: Shop, known: Known, one: Operation, token: str) -> None:
    given = shop.as_user("eric").get("/me")["csrf_token"] if token == "of another" else token
    answer = refused(shop, shop.as_user("dora"), one, call_of(known, one), headers={"X-CSRF-Token": given})
    assert answer.status_code == 403
    assert "X-CSRF-Token" in answer.json()["error"]["message"]


@pytest.mark.parametrize("one", CHANGING, ids=name_of)
@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_site_changes_nothing(shop: Shop, known: Known, one: Operation, site: dict[str, str]) -> None:
    token = shop.as_user("dora").get("/me")["csrf_token"]
    answer = refused(shop, shop.as_user("dora"), one, call_of(known, one), headers={"X-CSRF-Token": token, **site})
    assert answer.status_code == 403


@pytest.mark.parametrize("one", CHANGING, ids=name_of)
def test_a_host_forbids_acts(shop: Shop, known: Known, one: Operation) -> None:
    asked: list[str] = []

    def never(person: WebPrincipal, act: str) -> bool:
        asked.append(act)
        return False

    app = make_web(shop.engine, principal=by_header, public_base_url=ORIGIN, allow=never)
    assert refused(shop, Client(app, "anna"), one, call_of(known, one)).status_code == 403
    assert asked == [one.act]


@pytest.mark.parametrize("action", ["preview", "retrieve"])
def test_whom_the_host_lets_only_configure_sends_and_fetches_nothing_by_a_step(
    shop: Shop, known: Known, action: str
) -> None:
    def only_configure(_: WebPrincipal, act: str) -> bool:
        return act == "configure"

    app = make_web(shop.engine, principal=by_header, public_base_url=ORIGIN, allow=only_configure)
    (answer_step,) = [one for one in OPERATIONS if one.name == "answerStep"]
    path = call_of(known, answer_step).path.rpartition("/")[0]
    sent = Sent(f"{path}/review", {"action": action})
    assert refused(shop, Client(app, "anna"), answer_step, sent).status_code == 403


def test_a_program_that_may_not_provision_does_not(shop: Shop, known: Known) -> None:
    sent = calls(known)["createIntegration"]
    refused_by = shop.as_user("cora").post(sent.path, sent.body, 403)
    assert refused_by["error"]["message"] == "You are not allowed to create integrations."


def test_with_the_token_a_cookie_is_enough(shop: Shop, known: Known) -> None:
    dora = shop.as_user("dora")
    headers = {"X-CSRF-Token": dora.get("/me")["csrf_token"], "Origin": ORIGIN}
    assert dora.post(f"/integrations/{known.ref}/numbers/preview", {}, headers=headers)["numbers"]


def test_every_answer_carries_the_headers_of_the_site(shop: Shop) -> None:
    async def ask(path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(shop.anna.app), base_url=ORIGIN) as http:
            return await http.get(f"{BASE}{path}")

    for path in ("/openapi.json", "/me", "/nowhere"):
        answer = asyncio.run(ask(path))
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "one", sorted(OPERATIONS, key=lambda one: LAST.index(one.name) + 1 if one.name in LAST else 0), ids=name_of
)
def test_the_owner_is_answered(shop: Shop, known: Known, one: Operation) -> None:
    """Last: it ends the integration that all tests of this module share."""
    sent = call_of(known, one)
    if one.name == "resumeIntegration":
        shop.anna.ask("POST", f"/integrations/{known.ref}/pause", {})
    answer = shop.anna.ask(one.method, sent.path, sent.body)
    assert answer.status_code == OTHERWISE.get(one.name, one.status), answer.text
