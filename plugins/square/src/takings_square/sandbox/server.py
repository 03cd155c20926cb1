"""The app and its HTTP server: threaded, keep-alive, loopback only; and `Sandbox`, the whole thing in one object."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

from flask import Flask, Response, abort, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from takings_square.sandbox import api, oauth
from takings_square.sandbox.state import Clock, Fault, State, real_clock

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    """Keeps connections open, does not wait for full packets and writes no log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Write nothing: standard output carries the ready line only."""


def build(state: State) -> Flask:
    """Return the app of one sandbox."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    oauth.install(app, state)
    app.register_blueprint(api.blueprint(state))
    _control(app, state)
    return app


def _control(app: Flask, state: State) -> None:
    @app.before_request
    def local_only() -> None:
        # A page of another site must not drive a sandbox that listens on this machine.
        host, origin = request.host.rpartition(":")[0], request.headers.get("Origin")
        if host not in {HOST, "localhost"} or (origin and origin != f"http://{request.host}"):
            abort(403)

    @app.errorhandler(ValueError)
    @app.errorhandler(KeyError)
    @app.errorhandler(TypeError)
    def explain(error: Exception) -> Response:
        return api.problem(400, "BAD_REQUEST", f"{type(error).__name__}: {error}")

    @app.get("/")
    def page() -> Any:
        shown = "".join(f"<li>{name}</li>" for name in state.cafes)
        return Response(f"<title>Square sandbox</title><h1>Square sandbox</h1><p>Locations:</p><ul>{shown}</ul>")

    @app.post("/sandbox/faults")
    def fault() -> Any:
        given = request.get_json()
        state.faults.append(Fault(**{one.name: given[one.name] for one in fields(Fault) if one.name in given}))
        return jsonify(faults=len(state.faults))

    @app.post("/sandbox/amend")
    def amend() -> Any:
        given = request.get_json()
        at = datetime.fromisoformat(given["at"]) if "at" in given else state.clock()
        location = given.get("location", next(iter(state.cafes)))
        return jsonify(state.amend(location, date.fromisoformat(given["day"]), given.get("kind", "refund"), at=at))

    @app.post("/sandbox/expire")
    def expire() -> Any:
        state.expire()
        return jsonify(expired=True)


class Sandbox:
    """A running Square sandbox: `with Sandbox() as sandbox: sandbox.url`. `clock` returns an aware moment."""

    def __init__(
        self,
        data: Path | None = None,
        port: int = 0,
        *,
        clock: Clock = real_clock,
        seed: int = 1,
        locations: int = 1,
        page_size: int = 1000,
        auto_consent: bool = False,
    ) -> None:
        self.state = State(data, clock, seed=seed, locations=locations, page_size=page_size)
        self.state.auto_consent = auto_consent
        with self.state.changing():
            pass  # write the app's id down, so that it is the same next time
        self._server = make_server(HOST, port, build(self.state), threaded=True, request_handler=_Handler)
        self.url = f"http://{HOST}:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="square-sandbox", daemon=True)
        self._thread.start()

    def ready(self) -> dict[str, Any]:
        """Return what the start protocol prints; the app proves itself by PKCE alone, as is advised for Square."""
        return {
            "ready": True,
            "url": self.url,
            "page": f"{self.url}/",
            "installation": {
                "client_id": self.state.kept.client_id,
                "authorise_url": f"{self.url}/oauth2/authorize",
                "token_url": f"{self.url}/oauth2/token",
                "revocation_url": f"{self.url}/oauth2/revoke",
                "api_url": self.url,
            },
            "connection": {},
            "control": f"{self.url}/sandbox",
        }

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
