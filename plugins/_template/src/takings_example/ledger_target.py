"""The target: all that is read before posting, the calls, and looking up what stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from takings.plugin import (
    ZERO,
    Call,
    Chart,
    Context,
    Done,
    Finding,
    Found,
    InspectedPayment,
    Inspection,
    Instruction,
    LedgerAccount,
    LedgerTax,
    Operation,
    Outcome,
    Period,
    Plan,
    PostedUnit,
    Refused,
    RefusedAsWhole,
    Standing,
    StandingDocument,
    Survey,
    Target,
    Unit,
    Unknown,
)

from takings_example.ledger_api import SYSTEM, PaperApi, read_json
from takings_example.planning import plan_unit
from takings_example.undoing import plan_undo

#: Where each kind of operation lives in Paper Ledger, and what its list is called.
PLACES = {"sheet": "sheets", "payment": "payments", "void": "voids"}


class PaperTarget(Target):
    """One set of books, opened for a few calls."""

    def __init__(self, url: str, context: Context) -> None:
        self._api = PaperApi(url, context)

    def check(self) -> Sequence[Finding]:
        """Say what stands in the way of posting, by reading whose books these are."""
        try:
            self.chart()
        except Instruction as instruction:
            what = f"{SYSTEM} can't be used"
            mend = "Check its address and the key"
            return (Finding(code="example.ledger_unreachable", what=what, why=str(instruction), do=mend),)
        return ()

    def chart(self) -> Chart:
        """Read accounts and rates."""
        return read_chart(self._api.get("/books"))

    def survey(self, period: Period, settings: Any) -> Survey:
        """Read the books and what stands in the period."""
        books = self._api.get("/books")
        locked = books["locked_through"]
        return Survey(
            chart=read_chart(books),
            locked_through=date.fromisoformat(locked) if locked else None,
            documents=tuple(
                StandingDocument(
                    id=sheet["id"],
                    number=sheet["number"],
                    key=sheet["key"],
                    day=date.fromisoformat(sheet["date"]),
                    total=Decimal(sheet["total"]),
                    status=sheet["status"],
                )
                for sheet in self._sheets(period)
                if sheet["status"] != "voided"
            ),
        )

    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        """Decide what will be done for a unit. Pure."""
        return plan_unit(unit, survey, settings.memo)

    def plan_undo(
        self, posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey, *, settings: Any
    ) -> Plan:
        """Decide how a posted unit is taken back. Pure."""
        return plan_undo(posted, inspections, survey)

    def prepare(self, kind: str, operations: Sequence[Operation]) -> bytes:
        """Write the body of one call. Pure, and the same bytes each time."""
        rows = [dict(operation.payload) for operation in operations]
        return json.dumps({PLACES[kind]: rows}, sort_keys=True, separators=(",", ":")).encode()

    def execute(self, call: Call) -> Sequence[Outcome]:
        """Send a call; Paper Ledger gives a result for each operation, or refuses the whole body.

        Of a body refused as a whole nobody knows which operation is to blame, so the core sends smaller ones.
        """
        reply = self._api.post(f"/{PLACES[call.kind]}", call.body, call.key)
        if reply.status_code != 200 and len(call.operations) > 1:
            raise RefusedAsWhole(reply.text[:500])
        if reply.status_code != 200:
            return [_refused([reply.text[:500]], call.operations[0])]
        data = read_json(reply) or {}
        results = data.get("results", [])
        if len(results) != len(call.operations):
            return [Unknown(reason="The reply has not a result for each operation") for _ in call.operations]
        return [_outcome(result, one) for result, one in zip(results, call.operations, strict=True)]

    def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
        """Look operations up by their keys."""
        place = PLACES[kind]
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in self._api.by_keys(f"/{place}", [one.key for one in operations], place):
            rows.setdefault(row["key"], []).append(row)
        return [_found(rows.get(operation.key, [])) for operation in operations]

    def inspect(self, receipts: Mapping[str, Mapping[str, str]], period: Period) -> Iterator[Inspection]:
        """Read sheets back with their payments; what the period does not hold is absent."""
        wanted = {key for key in receipts if key.rpartition("/")[2].startswith("sheet.")}
        for sheet in self._sheets(period):
            if sheet["key"] in wanted and receipts[sheet["key"]].get("id") == sheet["id"]:
                wanted.discard(sheet["key"])
                yield _inspection(sheet)
        for key in sorted(wanted):
            yield Inspection(key=key, standing=Standing.ABSENT)

    def _sheets(self, period: Period) -> Iterator[dict[str, Any]]:
        dates = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        return self._api.pages("/sheets", dates, "sheets")


def read_chart(books: Mapping[str, Any]) -> Chart:
    """Read what `GET /books` answers."""
    return Chart(
        organisation=books["id"],
        organisation_name=books["name"],
        currency=books["currency"],
        timezone=books["timezone"],
        accounts=tuple(LedgerAccount(**account) for account in books["accounts"]),
        taxes=tuple(
            LedgerTax(
                id=tax["id"],
                code=tax["id"],
                name=tax["name"],
                rate=Decimal(tax["rate"]),
                active=tax["active"],
                kinds=tuple(tax["kinds"]),
            )
            for tax in books["taxes"]
        ),
    )


def _outcome(result: Mapping[str, Any], operation: Operation) -> Outcome:
    if result.get("problems"):
        return _refused(result["problems"], operation)
    if not isinstance(result.get("id"), str):
        return Unknown(reason="The result has no id")
    return Done(receipt=_receipt(result))


def _receipt(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in ("id", "number") if row.get(name)}


def _refused(problems: Sequence[str], operation: Operation) -> Refused:
    return Refused(
        findings=tuple(
            Finding(
                code="example.refused",
                what=f"{SYSTEM} refused the {operation.kind}",
                why="It gave the reason below",
                do="Mend what it names, then post again",
                where="day",
                verbatim=problem,
                subject=operation.key,
            )
            for problem in problems
        )
    )


def _found(rows: Sequence[Mapping[str, Any]]) -> Found:
    standing = [row for row in rows if row["status"] != "voided"]
    if len(standing) > 1:
        return Found(standing=Standing.SEVERAL)
    if standing:
        return Found(standing=Standing.STANDS, receipt=_receipt(standing[0]))
    return Found(standing=Standing.VOIDED if rows else Standing.ABSENT)


def _inspection(sheet: Mapping[str, Any]) -> Inspection:
    lines: dict[str, Decimal] = {}
    for line in sheet["lines"]:
        lines[line["account"]] = lines.get(line["account"], ZERO) + Decimal(line["amount"])
    return Inspection(
        key=sheet["key"],
        standing=Standing.VOIDED if sheet["status"] == "voided" else Standing.STANDS,
        number=sheet["number"],
        day=date.fromisoformat(sheet["date"]),
        total=Decimal(sheet["total"]),
        tax=Decimal(sheet["tax"]),
        status=sheet["status"],
        lines=lines,
        payments=tuple(
            InspectedPayment(id=one["id"], key=one["key"], account=one["account"], amount=Decimal(one["amount"]))
            for one in sheet["payments"]
            if one["status"] != "voided"
        ),
    )
