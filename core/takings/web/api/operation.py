"""What an address of the JSON API is made of: a function that answers, from which the documentation comes too."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, get_type_hints

from starlette.requests import Request

from takings.engine import Engine
from takings.errors import NotFound
from takings.views import Principal
from takings.web.api.bodies import Body, Query
from takings.web.principal import WebPrincipal
from takings.web.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One call, whose caller was checked."""

    site: Site
    request: Request
    caller: WebPrincipal | None
    request_id: str

    @property
    def engine(self) -> Engine:
        """The engine behind the site."""
        return self.site.engine

    @property
    def person(self) -> WebPrincipal:
        """Who asks; there is somebody at every address that is not public."""
        assert self.caller is not None, "a public address asks nobody who it is"
        return self.caller

    @property
    def principal(self) -> Principal:
        """Who asks, as the engine knows it."""
        return replace(self.person.for_engine, request_id=self.request_id)

    @property
    def ref(self) -> str:
        """The integration in the address."""
        return self.path("ref")

    def path(self, name: str) -> str:
        """Return a part of the address."""
        return str(self.request.path_params[name])

    def reached(self, integration: str) -> str:
        """Return an integration's id where the caller may reach it; raises NotFound."""
        if not self.person.may_reach(integration):
            raise NotFound("integration", integration)
        return integration


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address, below `/api/v1`.

    What `answer` takes as `body` and `query` and what it returns are the documented shapes. `act` is what the host is
    asked before something is changed. `whole` addresses are not for callers who may reach one integration only,
    `public` ones answer anybody. `further` has the shapes of answers to other statuses. `printed` ones answer with a
    report, also as CSV or as a page to print.
    """

    method: str
    path: str
    answer: Callable[..., Any]
    status: int = 200
    act: str = ""
    whole: bool = False
    public: bool = False
    printed: bool = False
    further: Mapping[int, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operation's name, in camel case."""
        first, *rest = self.answer.__name__.split("_")
        return first + "".join(one.capitalize() for one in rest)

    @property
    def group(self) -> str:
        """What the operation is about: the name of its module."""
        return self.answer.__module__.rpartition(".")[2]

    @property
    def text(self) -> str:
        """What the operation does."""
        return " ".join(inspect.cleandoc(self.answer.__doc__ or "").split())

    @property
    def body(self) -> type[Body] | None:
        """The shape that it takes."""
        return self._hints.get("body")

    @property
    def query(self) -> type[Query] | None:
        """What may stand behind the question mark."""
        return self._hints.get("query")

    @property
    def returned(self) -> Any:
        """The shape that it answers with."""
        return self._hints["return"]

    @property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.answer)


def date_in(ask: Ask) -> date:
    """Return the date in the address; raises NotFound for one that is none."""
    written = ask.path("date")
    try:
        found = date.fromisoformat(written)
    except ValueError:
        raise NotFound("day", written) from None
    if len(written) != len("2026-10-31"):
        raise NotFound("day", written)
    return found


def close_in(ask: Ask) -> tuple[date, int]:
    """Return the close in the address: its date, and which of that date; raises NotFound for one that is none."""
    found, sequence = date_in(ask), ask.path("sequence")
    if not sequence.isascii() or not sequence.isdigit() or len(sequence) > 6:
        raise NotFound("day", f"{found}/{sequence}")
    return found, int(sequence)
