"""The control API over HTTP: JSON below /sandbox, loopback only, without a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from takings_xero.sandbox import webhooks, wire
from takings_xero.sandbox.clients import ClientKind
from takings_xero.sandbox.control import Control, NoOrganisation
from takings_xero.sandbox.problems import Invalid, NotFound, Problem


class _NewClient(msgspec.Struct, forbid_unknown_fields=True):
    kind: ClientKind
    client_id: str | None = None
    client_secret: str | None = None
    name: str | None = None
    redirect_uris: list[str] | None = None
    tenant: str | None = None


class _NewOrganisation(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    settings: dict[str, Any] | None = None


class _Notify(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    key: str
    documents: list[str] = []


class _Waiting(msgspec.Struct):
    wait_for: int = 0
    timeout: float = 0.0


def blueprint(control: Control) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("control", __name__, url_prefix="/sandbox")
    _world_routes(routes, control)
    _webhook_routes(routes, control)
    _fault_routes(routes, control)
    _organisation_routes(routes, control)
    _document_routes(routes, control)

    @routes.errorhandler(ValueError)
    def wrong(error: ValueError) -> Response:
        return _json({"error": str(error)}, 400)

    @routes.errorhandler(ArithmeticError)
    @routes.errorhandler(AttributeError)
    @routes.errorhandler(LookupError)
    @routes.errorhandler(TypeError)
    def unreadable(_: Exception) -> Response:
        # Xero's own rules read bodies with trust; what trips them says nothing to a person.
        return _json({"error": "A value in the body is missing or of another kind than expected."}, 400)

    @routes.errorhandler(Invalid)
    def refused(error: Invalid) -> Response:
        return _json({"error": str(error), "messages": error.messages}, 400)

    @routes.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return _json({"error": _sentence(error)}, error.status)

    return routes


def refusal(error: HTTPException) -> Response:
    """Answer what Flask refuses below /sandbox: an unknown address, a wrong method, a foreign page."""
    said = {
        403: "The sandbox answers its own machine only, and no pages of other sites.",
        404: f"There is nothing at {request.path}.",
        405: f"{request.path} does not take {request.method}.",
        500: "The sandbox failed at this call; what it wrote to standard error says why.",
    }
    code = error.code or 500
    response = _json({"error": said.get(code, error.description)}, code)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _sentence(error: Problem) -> str:
    if isinstance(error, NoOrganisation):
        return "There is no organisation with this tenant id."
    if isinstance(error, NotFound):
        return "The organisation has nothing with this id, code or number."
    body = error.body if isinstance(error.body, dict) else {}
    return str(body.get("Message") or body.get("Detail") or "The sandbox refuses this change.")


def _json(value: object, status: int = 200) -> Response:
    return Response(wire.encode(value), status, content_type="application/json; charset=utf-8")


def _body() -> dict[str, Any]:
    value = wire.decode(request.get_data() or b"{}")
    if not isinstance(value, dict):
        raise ValueError("The body must be a JSON object.")
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
        wanted = msgspec.convert(_body(), _NewClient)
        made = control.register_client(**msgspec.structs.asdict(wanted))
        return _json({"client_id": made.client_id, "client_secret": made.secret, "kind": made.kind})

    @routes.post("/tokens/expire")
    def expire() -> Response:
        return _json({"expired": control.expire_access_tokens()})


def _webhook_routes(routes: Blueprint, control: Control) -> None:
    @routes.post("/intent-to-receive")
    def intent_to_receive() -> Response:
        wanted = msgspec.convert(_body(), _Notify)
        return _json({"statuses": webhooks.intent_to_receive(wanted.url, wanted.key)})

    @routes.post("/organisations/<tenant>/notify")
    def notify(tenant: str) -> Response:
        wanted = msgspec.convert(_body(), _Notify)
        return _json({"status": control.notify(tenant, wanted.url, wanted.key, documents=wanted.documents)})


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
        wanted = msgspec.convert(request.args.to_dict(), _Waiting, strict=False)
        return _json(faults.held(wait_for=wanted.wait_for, timeout=wanted.timeout))

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
        wanted = msgspec.convert(_body(), _NewOrganisation)
        return _json({"tenant": control.add_organisation(wanted.name, wanted.settings)})

    @routes.post(base)
    def change(tenant: str) -> Response:
        return _json(control.change_organisation(tenant, _body()))

    @routes.post(f"{base}/disconnect")
    def disconnect(tenant: str) -> Response:
        return _json({"disconnected": control.disconnect(tenant)})

    @routes.get(f"{base}/balances")
    def balances(tenant: str) -> Response:
        return _json(control.balances(tenant))


def _document_routes(routes: Blueprint, control: Control) -> None:
    base = "/organisations/<tenant>"

    @routes.get(f"{base}/documents")
    def documents(tenant: str) -> Response:
        return _json(control.dump(tenant))

    @routes.post(f"{base}/invoices")
    def add_invoice(tenant: str) -> Response:
        return _json(control.add_invoice(tenant, _body()))

    changers: dict[str, Callable[[str, str, dict[str, Any]], Any]] = {
        "accounts": control.change_account,
        "contacts": control.change_contact,
        "invoices": control.change_invoice,
        "manualjournals": control.change_journal,
        "payments": control.change_payment,
    }

    @routes.post(f"{base}/<any(accounts, contacts, invoices, manualjournals, payments):part>/<key>")
    def edit(tenant: str, part: str, key: str) -> Response:
        return _json(changers[part](tenant, key, _body()))
