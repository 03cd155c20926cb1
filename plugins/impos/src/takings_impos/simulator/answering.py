"""Is responsible for what happens around every answer: faults, compression, safety, the request log."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator

from flask import Flask, Response, g, jsonify, request

from .faults import Fault
from .feed import state

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
WORTH_COMPRESSING = 400
OWN_HOSTS = ("127.0.0.1", "localhost")


def install(app: Flask) -> None:
    """Wrap every answer of an application."""
    app.before_request(_refuse_foreign_pages)
    app.before_request(_suffer)
    # Flask runs these in reverse: compression first, last the faults that spoil the finished bytes. A request is
    # remembered before: whoever sees the connection cut may ask at once what was seen.
    app.after_request(_spoil)
    app.after_request(_remember)
    app.after_request(_protect)
    app.after_request(_compress)


def _refuse_foreign_pages() -> tuple[Response, int] | None:
    # A web page elsewhere could otherwise post to this port from the user's own browser.
    g.started = time.monotonic()
    g.spoiling = []
    origin = request.headers.get("Origin")
    own_host = request.host.rpartition(":")[0] in OWN_HOSTS or request.host in OWN_HOSTS
    if own_host and (origin is None or origin == request.host_url.rstrip("/")):
        return None
    return jsonify(error="forbidden", message="the simulator answers its own machine only"), 403


def _suffer() -> Response | None:
    for fault in state().struck(request.path):
        if fault.fault == "latency":
            time.sleep(fault.milliseconds / 1000 if fault.milliseconds else fault.seconds)
        elif fault.fault in ("cut", "truncate"):
            g.spoiling.append(fault)
        else:
            return _refusal(fault)
    return None


def _refusal(fault: Fault) -> Response:
    if fault.fault == "rate-limit":
        response = jsonify(error="rate_limited")
        response.status_code = 429
        response.headers["Retry-After"] = str(fault.seconds)
    elif fault.fault == "not-authorised":
        response = jsonify(error="not_authorised")
        response.status_code = 401
    else:
        response = jsonify(error="server_error")
        response.status_code = fault.status
    return response


def _compress(response: Response) -> Response:
    if response.mimetype == "application/json":
        response.headers.add("Vary", "Accept-Encoding")
        accepted = request.accept_encodings.quality("gzip") > 0
        body = response.get_data()
        if accepted and len(body) >= WORTH_COMPRESSING and response.status_code == 200:
            response.set_data(gzip.compress(body, 5, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
    return response


def _protect(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not no-referrer: browsers then send "Origin: null" with the page's own forms.
    response.headers["Referrer-Policy"] = "same-origin"
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
    return response


def _spoil(response: Response) -> Response:
    for fault in g.get("spoiling", ()):
        connection: socket.socket = request.environ["werkzeug.socket"]
        if fault.fault == "cut":
            connection.shutdown(socket.SHUT_RDWR)
        else:
            body = response.get_data()
            response.response = _half(body, connection)
            response.headers["Content-Length"] = str(len(body))
    return response


def _half(body: bytes, connection: socket.socket) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    connection.shutdown(socket.SHUT_RDWR)


def _remember(response: Response) -> Response:
    spoiled = [fault.fault for fault in g.get("spoiling", ())]
    state().saw(
        {
            "method": request.method,
            "path": request.path,
            "query": request.query_string.decode("latin-1"),
            "status": response.status_code,
            "fault": spoiled[0] if spoiled else None,
            "milliseconds": round((time.monotonic() - g.started) * 1000),
        }
    )
    return response
