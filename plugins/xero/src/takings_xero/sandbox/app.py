"""The Flask app: OAuth addresses, connections, the Accounting API, the control API and the page."""

from __future__ import annotations

from typing import Any

from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException

from takings_xero.sandbox import connections, control_http, page, seeds, wire
from takings_xero.sandbox.api import PREFIX, Api, Request, from_problem
from takings_xero.sandbox.control import Control
from takings_xero.sandbox.idempotency import Answer
from takings_xero.sandbox.oauth import Consent, OAuth
from takings_xero.sandbox.problems import Problem
from takings_xero.sandbox.world import World

_METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH"]


def build(world: World, control: Control) -> Flask:
    """Return the app of one sandbox."""
    app = Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    oauth = OAuth(app, world)
    api = Api(world)
    _consent_routes(app, world, oauth)
    _token_routes(app, world, oauth)
    _connection_routes(app, world, api)

    def accounting(rest: str = "") -> Response:
        return _response(api.answer(_request()))

    for rule in (PREFIX, f"{PREFIX}/", f"{PREFIX}/<path:rest>"):
        app.add_url_rule(rule, rule, accounting, methods=_METHODS)
    app.register_blueprint(control_http.blueprint(control))
    app.register_blueprint(page.blueprint(world, control))
    return app


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _request() -> Request:
    environ = request.environ
    return Request(
        method=request.method,
        path=environ["PATH_INFO"],
        query=environ["QUERY_STRING"],
        args={key.lower(): value for key, value in request.args.items()},
        headers=_headers(),
        body=environ["sandbox.body"],
        delay=environ.get("sandbox.delay", 0.0),
    )


def _response(answer: Answer) -> Response:
    status, headers, body = answer
    response = Response(body, status=status)
    response.headers.pop("Content-Type", None)
    response.headers.update(headers)
    return response


def _consent_routes(app: Flask, world: World, oauth: OAuth) -> None:
    @app.get("/identity/connect/authorize")
    def authorise() -> Any:
        try:
            grant = oauth.server.get_consent_grant(request, end_user=None)
        except OAuth2Error as error:
            return _authorise_error(oauth, error)
        if world.switches.auto_consent:
            return _grant(world, oauth, grant, tenants=world.switches.consent_tenants or _all_tenants(world))
        shown = render_template(
            "consent.html",
            app_name=grant.request.client.name,
            user=world.switches.consent_user,
            scopes=grant.request.scope.split(),
            organisations=seeds.organisations(world.store),
        )
        return Response(shown, headers=page.CONSENT_HEADERS)

    @app.post("/identity/connect/authorize")
    def decide() -> Any:
        try:
            grant = oauth.server.get_consent_grant(request, end_user=None)
        except OAuth2Error as error:
            return _authorise_error(oauth, error)
        ticked = [one for one in request.form.getlist("organisation") if one in _all_tenants(world)]
        allowed = request.form.get("decision") == "allow" and bool(ticked)
        return _grant(world, oauth, grant, tenants=ticked if allowed else None)


def _token_routes(app: Flask, world: World, oauth: OAuth) -> None:
    @app.post("/connect/token")
    def token() -> Any:
        with world.store.transaction():
            response = oauth.server.create_token_response()
        return _bare_error(response)

    @app.post("/connect/revocation")
    def revocation() -> Any:
        response = oauth.server.create_endpoint_response("revocation")
        return Response(b"", 200) if response.status_code == 200 else _bare_error(response)

    @app.get("/.well-known/openid-configuration")
    @app.get("/identity/.well-known/openid-configuration")
    def discovery() -> Any:
        return {
            "issuer": world.url,
            "authorization_endpoint": f"{world.url}/identity/connect/authorize",
            "token_endpoint": f"{world.url}/connect/token",
            "revocation_endpoint": f"{world.url}/connect/revocation",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
        }


def _all_tenants(world: World) -> list[str]:
    return [str(one["OrganisationID"]) for one in seeds.organisations(world.store)]


def _grant(world: World, oauth: OAuth, grant: Any, *, tenants: list[str] | None) -> Any:
    consent = None if tenants is None else Consent(world.switches.consent_user, tuple(tenants))
    with world.store.transaction():
        return oauth.server.create_authorization_response(grant_user=consent, grant=grant)


def _authorise_error(oauth: OAuth, error: Any) -> Response:
    if error.redirect_uri:
        found: Response = oauth.server.handle_error_response(request, error)
        return found
    # Without a trusted address to go back to, Xero shows a page; so does the sandbox.
    shown = render_template("refused.html", error=error.error, description=error.get_error_description())
    return Response(shown, status=400, headers=page.HEADERS)


def _bare_error(response: Response) -> Response:
    """Reduce a token error to what Xero sends: 400 and the error's name alone."""
    if response.status_code == 200:
        return response
    body = wire.decode(response.get_data())
    return Response(wire.encode({"error": body.get("error")}), 400, content_type="application/json")


def _connection_routes(app: Flask, world: World, api: Api) -> None:
    @app.get("/connections")
    def listing() -> Any:
        try:
            token = api.bearer(_headers())
        except Problem as problem:
            return _response(from_problem(problem))
        args = {key.lower(): value for key, value in request.args.items()}
        found = connections.listing(world.store, token, args.get("autheventid"))
        return Response(wire.encode(found), content_type="application/json; charset=utf-8")

    @app.delete("/connections/<ident>")
    def disconnect(ident: str) -> Any:
        try:
            connections.disconnect(world.store, api.bearer(_headers()), ident, now=world.now())
        except Problem as problem:
            return _response(from_problem(problem))
        return Response(status=204)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        if request.path.startswith("/sandbox"):
            return control_http.refusal(error)
        return Response(b"", 404, content_type="text/html; charset=utf-8") if error.code == 404 else error

    @app.before_request
    def local_only() -> None:
        # A page of another site must not drive a sandbox that listens on this machine.
        if request.path.startswith("/sandbox"):
            origin = request.headers.get("Origin")
            host = request.host.rsplit(":", 1)[0]
            if host not in {"127.0.0.1", "localhost"} or (origin and origin != f"http://{request.host}"):
                abort(403)
            if "//" in request.path:
                # An empty tenant id, which Flask would answer with a redirect to another call.
                abort(404)
