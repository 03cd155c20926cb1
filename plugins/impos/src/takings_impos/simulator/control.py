"""Is responsible for the control calls under /simulator: what support, a test or a demo makes happen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from .books import GeneratedBooks, Key, NewPaymethod
from .clock import Clock
from .faults import fault_from
from .feed import state
from .push import MOST_AT_ONCE, push
from .state import NoSuchDayError
from .venues import Record, Tender

control = Blueprint("control", __name__, url_prefix="/simulator")
Answer = AnyResponse | tuple[Response, int]


@control.errorhandler(ValueError)
@control.errorhandler(KeyError)
@control.errorhandler(NoSuchDayError)
def explain(error: Exception) -> tuple[Response, int]:
    """Answer 422 with what was wrong with a control call."""
    missing = f"{error.args[0]} is missing" if type(error) is KeyError else str(error)
    return jsonify(error="unprocessable", message=missing), 422


def _given() -> dict[str, Any]:
    if not request.is_json:
        return request.form.to_dict()
    data = request.get_json()
    if not isinstance(data, dict):
        raise ValueError("a control call takes a JSON object")
    return data


def _done(**answer: Any) -> Answer:
    # A form of the page wants to see the page again, a program wants data.
    return jsonify(**answer) if request.is_json else redirect("/", 303)


def _made_up() -> GeneratedBooks:
    books = state().books
    if not isinstance(books, GeneratedBooks):
        raise ValueError("a simulator with --records serves these as they are")
    return books


@control.get("")
def overview() -> Response:
    """Answer what the simulator is and whether a token has been entered."""
    catalogue = state().books.catalogue()
    faults = [fault.described() for fault in tuple(state().faults)]
    return jsonify(site=catalogue["site"], authorised=state().authorised, faults=faults)


@control.post("/token")
def enter_token() -> Answer:
    """Enter an Auth Token on the ImPOS side."""
    state().enter_token(str(_given()["token"]))
    return _done(authorised=True)


@control.delete("/token")
def forget_tokens() -> Response:
    """Take every token back."""
    state().forget_tokens()
    return jsonify(authorised=False)


@control.post("/amend")
def amend() -> Answer:
    """Amend a closed day, now or after so many reads."""
    given = _given()
    key = Key(date.fromisoformat(str(given["day"])), int(given.get("sequence", 1)))
    revision = state().amend(key, after_reads=int(given.get("after_reads", 0)))
    return _done(day=key.day.isoformat(), sequence=key.sequence, revision=revision)


@control.get("/faults")
def list_faults() -> Response:
    """Answer the faults that have not struck out yet."""
    return jsonify(faults=[fault.described() for fault in tuple(state().faults)])


@control.post("/faults")
def add_fault() -> tuple[Response, int]:
    """Set a fault."""
    fault = fault_from(_given())
    state().add_fault(fault)
    return jsonify(fault.described()), 201


@control.delete("/faults")
def clear_faults() -> Response:
    """Take every fault away."""
    state().clear_faults()
    return jsonify(faults=[])


@control.post("/quirks")
def add_quirk() -> Answer:
    """Put a quirk on a date."""
    given = _given()
    day = date.fromisoformat(str(given["day"]))
    _made_up().quirks.add(day, str(given["quirk"]))
    return _done(day=day.isoformat(), quirks=list(_made_up().quirks.on(day)))


@control.post("/paymethods")
def add_paymethod() -> Answer:
    """Let the venue take a further paymethod from some day on, in its catalogue or not yet."""
    given = _given()
    tender = Tender(str(given["code"]), str(given["name"]))
    since = date.fromisoformat(str(given["from"]))
    new = NewPaymethod(tender, since, bool(given.get("in_catalogue", False)))
    _made_up().new_paymethods.append(new)
    return _done(code=tender.code, since=since.isoformat(), in_catalogue=new.in_catalogue)


@control.post("/clock")
def set_clock() -> Answer:
    """Stop the clock at a moment, or let it run again with `"now": null`."""
    clock: Clock = current_app.config["CLOCK"]
    now = _given()["now"]
    clock.stop(None if now is None else datetime.fromisoformat(str(now)))
    return _done(now=clock().isoformat())


@control.get("/requests")
def list_requests() -> Response:
    """Answer the requests to the feed since the last clearing, oldest first."""
    seen = [request for request in tuple(state().requests) if request["path"].startswith("/v1")]
    return jsonify(count=len(seen), requests=seen)


@control.delete("/requests")
def clear_requests() -> Response:
    """Forget the requests seen."""
    state().requests.clear()
    return jsonify(count=0, requests=[])


@control.post("/push")
def push_records() -> Answer:
    """Push the records of a period to an intake endpoint."""
    given = _given()
    token = str(given.get("token") or state().last_token)
    if not token:
        raise ValueError("token is missing, and none was entered since the start")
    first = date.fromisoformat(str(given["from"]))
    last = date.fromisoformat(str(given.get("to", first)))
    at_once = int(given.get("at_once", MOST_AT_ONCE))
    if not 1 <= at_once <= 10 * MOST_AT_ONCE:
        raise ValueError("at_once is from 1 to 1000")
    calls = push(_records(first, last), url=str(given["url"]), token=token, at_once=at_once)
    return _done(pushed=sum(call["records"] for call in calls if call["status"] == 200), calls=calls)


def _records(first: date, last: date) -> list[Record]:
    return [record for key in state().books.keys(first, last) for record in state().served(key)]


def recent(days: int = 21) -> list[Key]:
    """Give the newest closes, newest first."""
    keys = state().books.keys(date.min, date.max)[-days:]
    if isinstance(state().books, GeneratedBooks):
        today = current_app.config["CLOCK"]().date()
        keys = state().books.keys(today - timedelta(days=days), today + timedelta(days=1))
    return keys[::-1]
