"""The control API over HTTP: JSON below /sandbox, loopback only, without a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from takings_xero.sandbox import wire
from takings_xero.sandbox.control import Control
from takings_xero.sandbox.problems import Invalid, Problem


def blueprint(control: Control) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("control", __name__, url_prefix="/sandbox")
    _world_routes(routes, control)
    _fault_routes(routes, control)
    _organisation_routes(routes, control)

    @routes.errorhandler(msgspec.ValidationError)
    @routes.errorhandler(ValueError)
    @routes.errorhandler(ArithmeticError)
    @routes.errorhandler(TypeError)
    @routes.errorhandler(KeyError)
    def wrong(error: Exception) -> Response:
        return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    @routes.errorhandler(Invalid)
    def refused(error: Invalid) -> Response:
        return _json({"error": str(error), "messages": error.messages}, 400)

    @routes.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return _json({"error": type(error).__name__}, error.status)

    return routes


def _json(value: object, status: int = 200) -> Response:
    return Response(wire.encode(value), status, content_type="application/json; charset=utf-8")


def _body() -> dict[str, Any]:
    value = wire.decode(request.get_data() or b"{}")
    if not isinstance(value, dict):
        raise TypeError("the body must be a JSON object")
    return value


def _world_routes(routes: Blueprint, control: Control) -> None:
    world = control.world

    @routes.get("")
    def state() -> Response:
        return _json(control.state())

    @routes.get("/switches")
    def switches() -> Response:
        return _json(world.switches)

    @routes.post("/switches")
    def change_switches() -> Response:
        return _json(world.switch(**_body()))

    @routes.get("/counters")
    def counters() -> Response:
        return _json({**world.counters.snapshot(), "most_in_flight_by_tenant": world.limits.most_in_flight()})

    @routes.delete("/counters")
    @routes.post("/counters/reset")
    def reset_counters() -> Response:
        world.counters.reset()
        return _json({"reset": True})

    @routes.post("/limits/reset")
    def reset_limits() -> Response:
        world.limits.reset()
        return _json({"reset": True})

    @routes.post("/clients")
    def register_client() -> Response:
        made = control.register_client(**_body())
        return _json({"client_id": made.client_id, "client_secret": made.secret, "kind": made.kind})

    @routes.post("/tokens/expire")
    def expire() -> Response:
        return _json({"expired": control.expire_access_tokens()})


def _fault_routes(routes: Blueprint, control: Control) -> None:
    faults = control.world.faults

    @routes.get("/faults")
    def listing() -> Response:
        return _json(faults.rules())

    @routes.post("/faults")
    def add() -> Response:
        return _json({"id": faults.add(_body())})

    @routes.delete("/faults")
    def clear() -> Response:
        faults.clear()
        return _json({"cleared": True})

    @routes.delete("/faults/<int:ident>")
    def remove(ident: int) -> Response:
        faults.clear(ident)
        return _json({"cleared": True})

    @routes.get("/held")
    def held() -> Response:
        wait_for, timeout = int(request.args.get("wait_for", 0)), float(request.args.get("timeout", 0))
        return _json(faults.held(wait_for=wait_for, timeout=timeout))

    @routes.post("/held/release")
    def release_all() -> Response:
        return _json({"released": faults.release()})

    @routes.post("/held/<int:ident>/release")
    def release(ident: int) -> Response:
        return _json({"released": faults.release(ident)})


def _organisation_routes(routes: Blueprint, control: Control) -> None:
    base = "/organisations/<tenant>"

    @routes.get("/organisations")
    def organisations() -> Response:
        return _json(control.organisations())

    @routes.post("/organisations")
    def add_organisation() -> Response:
        body = _body()
        return _json({"tenant": control.add_organisation(str(body["name"]), body.get("settings"))})

    @routes.post(base)
    def change(tenant: str) -> Response:
        return _json(control.change_organisation(tenant, _body()))

    @routes.post(f"{base}/disconnect")
    def disconnect(tenant: str) -> Response:
        return _json({"disconnected": control.disconnect(tenant)})

    @routes.get(f"{base}/documents")
    def documents(tenant: str) -> Response:
        return _json(control.dump(tenant))

    @routes.get(f"{base}/balances")
    def balances(tenant: str) -> Response:
        return _json(control.balances(tenant))

    changers: dict[str, Callable[[str, str, dict[str, Any]], Any]] = {
        "accounts": control.change_account,
        "contacts": control.change_contact,
        "invoices": control.change_invoice,
        "payments": control.change_payment,
    }

    @routes.post(f"{base}/<any(accounts, contacts, invoices, payments):part>/<key>")
    def edit(tenant: str, part: str, key: str) -> Response:
        return _json(changers[part](tenant, key, _body()))
