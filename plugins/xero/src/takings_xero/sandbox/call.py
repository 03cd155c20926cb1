"""One call to the Accounting API while it is worked on: its parts, its answer, and the organisation's books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from takings_xero.sandbox import wire
from takings_xero.sandbox.books import Books
from takings_xero.sandbox.dates import wire_moment
from takings_xero.sandbox.problems import NoData, PostDataInvalid
from takings_xero.sandbox.switches import Switches
from takings_xero.sandbox.wire import Doc


@dataclass(frozen=True)
class Reply:
    """A successful answer."""

    body: Doc
    status: int = 200


@dataclass
class Call:
    """A call: `segments` is the path behind the resource, `args` and `headers` have their names in lower case."""

    method: str
    segments: list[str]
    args: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes
    books: Books
    switches: Switches
    now: float
    app_name: str
    day: date = field(init=False)

    def __post_init__(self) -> None:
        self.day = self.books.today(self.now)

    @property
    def summarise(self) -> bool:
        """One bad element refuses the whole call unless summarizeErrors=false."""
        return "summarizeerrors" not in self.args or wire.truth(self.args["summarizeerrors"])

    @property
    def unit_places(self) -> int:
        """Decimals of UnitAmount: 4 with unitdp=4, else 2."""
        return 4 if self.args.get("unitdp") == "4" else 2

    def body(self) -> Any:
        """Return the body as JSON; raises PostDataInvalid."""
        try:
            return wire.decode(self.raw)
        except msgspec.DecodeError as error:
            raise PostDataInvalid(f"JSON request could not be parsed. {error}") from None

    def elements(self, plural: str) -> list[Doc]:
        """Return the elements of the body: `{"Invoices": [...]}`, a bare list, or one bare object."""
        body = self.body()
        if isinstance(body, dict):
            wrapped = body.get(plural)
            body = wrapped if isinstance(wrapped, list) else [wrapped if isinstance(wrapped, dict) else body]
        if not isinstance(body, list) or not all(isinstance(one, dict) for one in body):
            raise PostDataInvalid("JSON request could not be parsed.")
        if not body or not any(body):
            raise NoData
        return body

    def envelope(self, plural: str, elements: list[Any], **more: Any) -> Reply:
        """Wrap elements as every Xero answer wraps them."""
        return Reply(
            {
                "Id": wire.new_id(),
                "Status": "OK",
                "ProviderName": self.app_name,
                "DateTimeUTC": wire_moment(self.now, offset=False),
                **more,
                plural: elements,
            }
        )

    def stamp(self, doc: Doc) -> Doc:
        """Write the moment of change into a document."""
        doc["UpdatedDateUTC"] = wire_moment(self.now)
        return doc
