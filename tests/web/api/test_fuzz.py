"""Calls made out of the document: none ends in a fault, nothing wrong is taken, nobody reads what is another's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.chain import row_counts
from tests.web.api.calls import prepare
from tests.web.api.conftest import PARTS, Shop, open_shop
from tests.web.api.generated import ANYTHING, ODD, allowed, broken, is_allowed, path_of

from takings.web.api.app import OPERATIONS, document
from takings.web.api.operation import Operation

#: In the name of everything that Anna has, and in nothing that Bert is answered.
CANARY = "kestrel"

#: How many calls are made of each operation; `make soak` makes more.
FEW, MANY = 5, 300


def hints_of(shop: Shop, known: dict[str, str]) -> dict[str, list[Any]]:
    """Return values that lead somewhere, by the fields of bodies and the parts of addresses."""
    steps = [one["key"] for one in shop.anna.get(f"/integrations/{known['ref']}/setup")["steps"]]
    actions = ["continue", "later", "refresh", "make_token", "use_suggestions", "fill", "undo", "show"]
    return {
        "ref": [known["ref"], f"{CANARY} bar", *ODD],
        "key": [*steps, known["document"], *ODD],
        "run": [known["run"], known["waiting"], *ODD],
        "link": [known["link"], *ODD],
        "date": ["2026-11-01", "2026-02-30", "20261101", "0001-01-01", "9999-12-31", *ODD],
        "sequence": ["1", "2", "0", "-1", "١", "9" * 30, *ODD],
        "month": ["2026-11", "2026-13", "0000-01", "9999-12", *ODD],
        "days": ["2026-11-01", "2026-11-02/1", "2026-02-30", ""],
        "account": ["100", "cash", "SALES", ""],
        "start": ["2026-11-03", "2026-02-30"],
        "before": [known["run"], known["waiting"], "5", "0"],
        "after": ["fake:till/fake-1/2026-11-02.1/g1", "fake"],
        "state": ["posted", "held", "lost"],
        "format": ["json", "csv", "html"],
        "decision": ["repost", "adjust", "leave", "never", "post_difference", "reconsider"],
        "confirm": [5, 0, 1, None],
        "address": ["books@shop.example", "", "nobody", "a@b@c.example"],
        "dimension": ["taxes", "methods", "accounts", *ODD],
        "code": ["SALES", "CASH", "GST"],
        "to": ["200", "sales"],
        "source": ["fake:till", "fake", "fake:ledger"],
        "target": ["fake:ledger", "fake", "fake:till"],
        "numbering": ["builtin:ledger", "builtin:dated", "builtin:counter", "builtin"],
        "timezone": ["Australia/Sydney", "", "Mars", "../etc/passwd", "America"],
        "action": [*actions, "check_numbers", "preview", "retrieve", "save"],
        "keys": ["trailing_days", "end_of_day", "SALES", "CASH", "GST", "fill", "numbering", "prefix", "start_date",
                 "at", "every", "timezone", "confirm", "minute", "weekday", "day", ""],
        "values": ["", "on", "10", 10, True, None, "post:200", "do_not_post", "builtin:dated", "2026-11-01", "hour",
                   "9" * 40, "0001-01-01", "9999-12-31", "day", "week", "month", "24:00", -(10**12), *ODD[:-1]],
    }  # fmt: skip


def as_content(sent: Any, *, is_sent: bool) -> dict[str, Any]:
    """Return a body as it goes over the wire, also one that is null."""
    headers = {"Content-Type": "application/json"}
    return {"content": json.dumps(sent).encode(), "headers": headers} if is_sent else {}


@dataclass(frozen=True)
class Prepared:
    """A shop that is prepared once, and from which each test has a copy."""

    shop: Shop
    file: Path
    hints: dict[str, list[Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, schema_file: Path) -> Prepared:
    folder = tmp_path_factory.mktemp("stage")
    with open_shop(folder, schema_file) as shop:
        hints = prepared(shop)
    return Prepared(shop, folder / "takings.db", hints)


@pytest.fixture
def copied(made: Prepared, tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path, made.file, like=made.shop) as shop:
        yield shop


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_no_call_ends_in_a_fault_and_none_that_is_wrong_does_anything(
    one: Operation, copied: Shop, made: Prepared
) -> None:
    fuzz(copied, one, FEW, made.hints)


@pytest.mark.soak
@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_no_call_of_very_many_ends_in_a_fault(one: Operation, copied: Shop, made: Prepared) -> None:
    fuzz(copied, one, MANY, made.hints)


def prepared(shop: Shop) -> dict[str, list[Any]]:
    """Set up what there is to ask for, and return what leads there."""
    shop.anna.post("/integrations", {"name": f"{CANARY} bar", **PARTS}, 201)
    shop.bert.post("/integrations", {"name": "own", **PARTS}, 201)
    return hints_of(shop, asdict(prepare(shop)))


def fuzz(shop: Shop, one: Operation, examples: int, hints: dict[str, list[Any]]) -> None:
    """Make calls of an operation, right and wrong ones."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data(), user=st.sampled_from(["anna", "anna", "bert", "cora"]))
    def call(data: st.DataObject, user: str) -> None:
        path, sent = drawn(data, one, hints)
        schema = body_of(one)
        wrong = not is_allowed(schema, sent) if schema else sent not in (None, {}) and one.method != "GET"
        before = row_counts(shop.engine) if wrong else {}
        is_sent = schema is not None or sent is not None
        answer = shop.as_user(user).ask(one.method, path, **as_content(sent, is_sent=is_sent))
        assert answer.status_code < 500, answer.text
        if wrong:
            assert answer.status_code in (400, 403, 404), answer.text
            assert row_counts(shop.engine) == before
        if user == "bert" and CANARY not in f"{path}{sent}":
            assert CANARY not in answer.text

    call()


def drawn(data: st.DataObject, one: Operation, hints: dict[str, list[Any]]) -> tuple[str, Any]:
    """Draw an address with its query, and a body."""
    listed = document()["paths"][one.path][one.method.lower()].get("parameters", ())
    parts, query = {}, {}
    for each in listed:
        name = each["name"]
        if each["in"] == "path":
            parts[name] = data.draw(st.sampled_from(hints[name]), name)
        elif data.draw(st.booleans()):
            known = [str(one) for one in (*hints.get(name, ()), *ODD)]
            query[name] = str(data.draw(allowed(each["schema"], hints) | st.sampled_from(known), name))
    if one.name == "deleteIntegration":
        parts["ref"] = data.draw(st.sampled_from(ODD))
    schema = body_of(one)
    sent = data.draw(allowed(schema, hints) | broken(schema, hints) if schema else st.none() | ANYTHING)
    return path_of(one.path, parts) + (f"?{urlencode(query)}" if query else ""), sent


def body_of(one: Operation) -> dict[str, Any] | None:
    """Return the schema of what an operation takes."""
    found: dict[str, Any] = document()["paths"][one.path][one.method.lower()].get("requestBody", {})
    return found["content"]["application/json"]["schema"] if found else None


@pytest.mark.parametrize("name", ["createIntegration", "answerStep", "requestRun", "setSchedule"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"a":NaN}',
        b"[" * 100_000,
        b'{"name":"\\ud800"}',
        b'{"values":{"a":1e999}}',
    ],
)
def test_bytes_that_are_no_body_are_refused(shop: Shop, corner: str, name: str, body: bytes) -> None:
    one = next(one for one in OPERATIONS if one.name == name)
    path = path_of(one.path, {"ref": corner, "key": "send"})
    before = row_counts(shop.engine)
    answer = shop.anna.ask(one.method, path, content=body, headers={"Content-Type": "application/json"})
    if body or name in ("createIntegration", "setSchedule"):
        assert (answer.status_code, answer.json()["error"]["kind"]) == (400, "invalid_input")
        assert row_counts(shop.engine) == before
    else:
        assert answer.status_code < 500


def test_a_body_of_another_kind_or_size_is_refused(shop: Shop) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert shop.anna.ask("POST", "/integrations", content=b"name=corner", headers=form).status_code == 415
    large = {"Content-Type": "application/json"}
    assert shop.anna.ask("POST", "/integrations", content=b" " * 1_000_001, headers=large).status_code == 413


def test_what_stands_twice_or_is_unknown_behind_the_question_mark_is_refused(shop: Shop, corner: str) -> None:
    for query in ("limit=1&limit=2", "colour=red", "limit=1.0", "limit=%2B1", "limit=1_0", "limit=201"):
        refused = shop.anna.get(f"/integrations/{corner}/runs?{query}", 400)
        assert refused["error"]["kind"] == "invalid_input"
    for query in ("from=2026-10-01", "from=2026-10-02&to=2026-10-01", "from=1790000000&to=1790000000", "from=&to="):
        shop.anna.get(f"/integrations/{corner}/days?{query}", 400)


def test_other_methods_and_addresses_are_refused_in_the_same_shape(shop: Shop, corner: str) -> None:
    answer = shop.anna.ask("PATCH", f"/integrations/{corner}", {})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, DELETE")
    for path in ("/nowhere", "", "/integrations/", f"/integrations/{corner}/setup/", "/integrations/%00"):
        assert shop.anna.ask("GET", path).status_code == 404
