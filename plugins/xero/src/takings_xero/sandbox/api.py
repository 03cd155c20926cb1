"""The Accounting API's way through one call: token, scope, organisation, limits, idempotency, resource, answer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from takings_xero.sandbox import (
    accounts,
    clients,
    connections,
    contacts,
    creditnotes,
    history,
    idempotency,
    invoices,
    journals,
    payments,
    scopes,
    settings,
    tokens,
    tracking,
    wire,
)
from takings_xero.sandbox.books import Books
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.clients import Client
from takings_xero.sandbox.documents import ORGANISATION
from takings_xero.sandbox.idempotency import Answer
from takings_xero.sandbox.problems import (
    Forbidden,
    NotFound,
    NotSimulated,
    PostDataInvalid,
    Problem,
    TooLarge,
    Unauthorised,
)
from takings_xero.sandbox.tokens import TokenSet
from takings_xero.sandbox.world import World

PREFIX = "/api.xro/2.0"

HANDLERS: dict[str, Callable[[Call], Reply]] = {
    "accounts": accounts.handle,
    "contacts": contacts.handle,
    "creditnotes": creditnotes.handle,
    "currencies": settings.currencies,
    "invoices": invoices.handle,
    "manualjournals": journals.handle,
    "organisation": settings.organisation,
    "organisations": settings.organisation,
    "payments": payments.handle,
    "taxrates": settings.tax_rates,
    "trackingcategories": tracking.handle,
}


_SHAPE_ERRORS = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
)
_KNOWN_ELSEWHERE = frozenset(
    {"budgets", "contactgroups", "employees", "journals", "linkedtransactions"}
    | {"paymentservices", "purchaseorders", "repeatinginvoices", "reports"}
)


@dataclass(frozen=True)
class Request:
    """One HTTP request to the API, as the server read it."""

    method: str
    path: str
    query: str
    args: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    delay: float = 0.0


class Api:
    """Answers requests below /api.xro/2.0."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, request: Request) -> Answer:
        """Return status, headers and body; never raises a Problem."""
        try:
            return self._admitted(request)
        except Problem as problem:
            return from_problem(problem)

    def bearer(self, headers: Mapping[str, str]) -> TokenSet:
        """Return the token set of the Authorization header; raises Unauthorised."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        found = tokens.by_access(self.world.store, token.strip()) if kind.lower() == "bearer" else None
        if found is None:
            raise Unauthorised("AuthenticationUnsuccessful")
        if self.world.now() >= found.access_expires:
            moment = time.strftime("%m/%d/%Y %H:%M:%S", time.gmtime(found.access_expires))
            raise Unauthorised(f"TokenExpired: token expired at {moment}")
        return found

    def _admitted(self, request: Request) -> Answer:
        world = self.world
        if len(request.body) > world.switches.max_body_bytes:
            raise TooLarge
        token = self.bearer(request.headers)
        segments = [part for part in request.path[len(PREFIX) :].split("/") if part]
        resource = segments[0].lower() if segments else ""
        scopes.require(resource, request.method, token.scopes)
        client = clients.find(world.store, token.client_id)
        assert client is not None
        tenant = self._tenant(request, token, client)
        with world.limits.slot(client.client_id, tenant, world.switches, now=world.now()) as headers:
            if request.delay:
                time.sleep(request.delay)
            status, more, body = self._once(request, segments, client=client, tenant=tenant)
        return status, {**more, **headers}, body

    def _tenant(self, request: Request, token: TokenSet, client: Client) -> str:
        tenant = request.headers.get("xero-tenant-id", "").lower()
        if not tenant and client.kind == "custom":
            reached = connections.listing(self.world.store, token)
            tenant = str(reached[0]["tenantId"]) if reached else ""
        if not tenant or not connections.reaches(self.world.store, token, tenant):
            raise Forbidden
        return tenant

    def _once(self, request: Request, segments: list[str], *, client: Client, tenant: str) -> Answer:
        """Work on the call in one transaction; an Idempotency-Key remembers the answer in the same one."""
        store, now = self.world.store, self.world.now()
        key = request.headers.get("idempotency-key", "")
        if request.method not in idempotency.METHODS:
            key = ""
        mark = ""
        with store.transaction():
            if key:
                url = f"{request.path}?{request.query}"
                mark = idempotency.fingerprint(request.method, url, tenant, body=request.body)
                remembered = idempotency.recall(store, client.client_id, key, mark=mark, now=now)
                if remembered is not None:
                    return remembered
            try:
                with store.savepoint():
                    answer = from_reply(self._dispatch(request, segments, client=client, tenant=tenant, now=now))
            except Problem as problem:
                answer = from_problem(problem)
            except _SHAPE_ERRORS as error:
                if not request.body:
                    raise
                # A value of another shape than the API knows, somewhere in the body.
                shape = PostDataInvalid(f"JSON request could not be deserialized. {error!r}")
                answer = from_problem(shape)
            if key:
                idempotency.remember(store, client.client_id, key, mark=mark, now=now, answer=answer)
            return answer

    def _dispatch(self, request: Request, segments: list[str], *, client: Client, tenant: str, now: float) -> Reply:
        resource = segments[0].lower() if segments else ""
        handler = HANDLERS.get(resource)
        if handler is None:
            if resource in scopes.NEEDED or resource in _KNOWN_ELSEWHERE:
                raise NotSimulated(f"/{segments[0]}")
            raise NotFound
        books = Books(self.world.store, tenant)
        if books.documents.get(ORGANISATION, tenant) is None:
            raise Forbidden
        call = Call(
            method=request.method,
            segments=segments[1:],
            args=request.args,
            headers=request.headers,
            raw=request.body,
            books=books,
            switches=self.world.switches,
            now=now,
            app_name=client.name,
        )
        if len(segments) == 3 and segments[2].lower() == "history":
            return history.handle(call, resource)
        return handler(call)


def from_reply(reply: Reply) -> Answer:
    """Turn a successful reply into status, headers and body."""
    return reply.status, {"Content-Type": "application/json; charset=utf-8"}, wire.encode(reply.body)


def from_problem(problem: Problem) -> Answer:
    """Turn a Problem into status, headers and body."""
    headers = dict(problem.headers)
    if problem.content_type is not None:
        headers["Content-Type"] = problem.content_type
    if problem.body is None:
        return problem.status, headers, b""
    if isinstance(problem.body, str):
        return problem.status, headers, problem.body.encode()
    return problem.status, headers, wire.encode(problem.body)
