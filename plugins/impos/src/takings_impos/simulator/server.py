"""Is responsible for a running simulator: the web application, its server and its thread."""

from __future__ import annotations

from threading import Thread
from types import TracebackType
from typing import Any, Self

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from . import answering
from .control import control
from .feed import LARGEST_PAGE, Paging, feed
from .options import Options
from .page import page
from .starting import Claim, listening
from .state import State

LARGEST_BODY = 1_000_000


class QuietHandler(WSGIRequestHandler):
    """A handler that keeps connections open, does not wait for full packets and writes no log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Write nothing: standard output carries the ready line only."""


class Server(ThreadedWSGIServer):
    """A server with a thread for each connection; raises CannotStartError where its port cannot be had."""

    def server_bind(self) -> None:
        """Take the port."""
        with listening(self.port):
            super().server_bind()

    def server_activate(self) -> None:
        """Listen."""
        with listening(self.port):
            super().server_activate()


def make_app(options: Options) -> Flask:
    """Make the web application of a simulator; raises ValueError for options that fit nothing."""
    clock = options.clock()
    app = Flask(__name__, static_url_path="/simulator/static")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["CLOCK"] = clock
    app.config["PAGING"] = Paging(min(options.page_size, LARGEST_PAGE), options.relative_next)
    app.extensions["simulator"] = options.state(clock)
    answering.install(app)
    for blueprint in (feed, control, page):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _as_json)
    return app


def _as_json(error: HTTPException) -> tuple[Response, int]:
    name = (error.name or "error").lower().replace(" ", "_")
    return jsonify(error=name, message=error.description), error.code or 500


class Simulator:
    """An ImPOS service on 127.0.0.1 that serves from its construction until `close`; a context manager.

    `port` 0 takes a free one. Raises ValueError for options that fit nothing, CannotStartError for a port that is
    taken or a folder `data` that another simulator uses.
    """

    def __init__(self, options: Options | None = None, *, port: int = 0) -> None:
        options = options or Options()
        self._claim = Claim(options.data) if options.data else None
        try:
            app = make_app(options)
            self.state: State = app.extensions["simulator"]
            self._server = Server("127.0.0.1", port, app, QuietHandler)
        except BaseException:
            self._release()
            raise
        self.port: int = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def ready(self) -> dict[str, Any]:
        """Give what a program that started the simulator has to know."""
        return {
            "ready": True,
            "url": self.url,
            "page": f"{self.url}/",
            "installation": {"service_url": self.url},
            "connection": {},
            "enter_token": {"url": f"{self.url}/simulator/token"},
            "control": f"{self.url}/simulator",
        }

    def enter_token(self, token: str) -> None:
        """Enter an Auth Token on the ImPOS side, as ImPOS support does."""
        self.state.enter_token(token)

    def close(self) -> None:
        """Stop serving; connections that are still open end with the process."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._release()

    def _release(self) -> None:
        if self._claim:
            self._claim.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
