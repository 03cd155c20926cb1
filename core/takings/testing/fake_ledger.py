"""A ledger in memory that goes wrong on request: it loses replies, limits calls, refuses, and takes its time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from takings.errors import RateLimited, ReplyLost
from takings.plugin import (
    ZERO,
    Call,
    Capability,
    Chart,
    Context,
    Document,
    DocumentLine,
    DocumentPayment,
    Done,
    Finding,
    Flow,
    Found,
    InspectedPayment,
    Inspection,
    LedgerAccount,
    LedgerRef,
    LedgerTax,
    MappedLine,
    Movement,
    NoConnection,
    NumberRules,
    Operation,
    OperationKind,
    Outcome,
    Period,
    Plan,
    PostedUnit,
    Prices,
    Refused,
    Standing,
    StandingDocument,
    Survey,
    Target,
    TargetType,
    Unit,
    tax_added,
    tax_contained,
)


class FakeCode(StrEnum):
    """The codes of the fakes' findings."""

    UNREADABLE = "fake.unreadable"
    REFUSED = "fake.refused"


CHART = Chart(
    organisation="fake-books",
    organisation_name="Fake books",
    currency="AUD",
    timezone="Australia/Melbourne",
    accounts=(
        LedgerAccount(id="cash", code="100", name="Cash", takes_payments=True),
        LedgerAccount(id="sales", code="200", name="Sales"),
    ),
    taxes=(LedgerTax(id="GST", code="GST", name="GST", rate=Decimal(10)),),
)


class FakeTarget(Target):
    """A ledger with one kind of document, an entry; `entries` has what stands, by key. A removal takes one away.

    The next `lose_reply` calls are carried out and their reply is lost, the next `rate_limit` ones are told to wait;
    operations for which `reject` is true are refused; each call takes `slow` seconds.
    """

    def __init__(
        self,
        *,
        lose_reply: int = 0,
        rate_limit: int = 0,
        reject: Callable[[Operation], bool] = lambda operation: False,
        slow: float = 0.0,
    ) -> None:
        self.lose_reply, self.rate_limit, self.reject, self.slow = lose_reply, rate_limit, reject, slow
        self.entries: dict[str, list[dict[str, Any]]] = {}
        self.calls = self._made = 0
        self._answers: dict[str, tuple[bytes, tuple[Outcome, ...]]] = {}

    def check(self) -> Sequence[Finding]:
        """Find nothing."""
        return ()

    def chart(self) -> Chart:
        """Return two accounts and a tax rate."""
        return CHART

    def survey(self, period: Period, settings: Any) -> Survey:
        """Return what stands in the period."""
        rows = [row for rows in self.entries.values() for row in rows]
        documents = (
            StandingDocument(
                id=row["id"],
                number=row["number"],
                key=row["key"],
                day=date.fromisoformat(row["date"]),
                total=Decimal(row["total"]),
                sign=row.get("sign", 1),
                lines={account: Decimal(amount) for account, amount in row["lines"].items()},
            )
            for row in rows
        )
        return Survey(chart=CHART, documents=tuple(one for one in documents if one.day in period))

    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        """Plan one entry. Pure."""
        document = _document(unit, survey.chart)
        sign = document.sign
        moved = [Movement(account=one.account.id, amount=-sign * one.amount) for one in document.lines]
        moved += [Movement(account=one.account.id, amount=sign * one.amount) for one in document.payments]
        return Plan(
            operations=(Operation(key=document.key, kind="entry", payload=_entry(document)),),
            documents=(document,),
            movements=tuple(moved),
        )

    def plan_undo(
        self, posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey, settings: Any
    ) -> Plan:
        """Remove what stands. Pure."""
        standing = [one for one in posted.operations if _stands(inspections.get(one.key))]
        return Plan(
            operations=tuple(
                Operation(
                    key=posted.operation_key("removal", n),
                    kind="removal",
                    payload={"key": one.key},
                    removes=(one.key,),
                )
                for n, one in enumerate(standing, start=1)
            )
        )

    def prepare(self, kind: str, operations: Sequence[Operation]) -> bytes:
        """Write the entries of a call. Pure."""
        return json.dumps([dict(one.payload) for one in operations], sort_keys=True).encode()

    def execute(self, call: Call) -> Sequence[Outcome]:
        """Keep the entries of a call, once for its key."""
        self.calls += 1
        if self.slow:
            time.sleep(self.slow)
        if self.rate_limit:
            self.rate_limit -= 1
            raise RateLimited(timedelta(seconds=1))
        if call.key not in self._answers:
            rows = json.loads(call.body)
            carry_out = self._keep if call.kind == "entry" else self._remove
            outcomes = tuple(carry_out(one, row) for one, row in zip(call.operations, rows, strict=True))
            self._answers[call.key] = (call.body, outcomes)
        if self.lose_reply:
            self.lose_reply -= 1
            raise ReplyLost("The fake ledger", "it was told to lose the reply")
        return self._answers[call.key][1]

    def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
        """Look entries up by key; a removal stands when its entry does not."""
        if kind == "entry":
            return [_found(self.entries.get(one.key, [])) for one in operations]
        gone = [not self.entries.get(one.payload["key"]) for one in operations]
        return [Found(standing=Standing.STANDS if one else Standing.ABSENT) for one in gone]

    def inspect(self, receipts: Mapping[str, Mapping[str, str]], period: Period) -> Iterator[Inspection]:
        """Read entries back."""
        for key in receipts:
            rows = self.entries.get(key, [])
            yield _inspection(key, rows[0]) if rows else Inspection(key=key, standing=Standing.ABSENT)

    def declaration(self, key: str = "ledger") -> TargetType:
        """Return it as a plugin declares it; every connection of it opens this one object."""

        def open_target(installation: Any, connection: Any, organisation: str, context: Context) -> Target:
            return self

        return TargetType(
            key=key,
            title="Fake ledger",
            open=open_target,
            connecting=NoConnection(),
            flows=(Flow(key="end_of_day", title="Entries", help="One entry a day"),),
            kinds=(
                OperationKind(key="entry", title="Entry", max_count=50, key_lives_in="key", number=NumberRules()),
                OperationKind(key="removal", title="Removal", max_count=50),
            ),
            idempotency_life=timedelta(hours=1),
            capabilities=frozenset({Capability.UNDOES, Capability.SEES_OTHERS}),
        )

    def made_by_hand(self, day: date, total: Decimal, number: str = "") -> str:
        """Hold an entry that somebody made here, without a key; returns its id."""
        self._made += 1
        row = {"key": "", "id": f"e{self._made}", "number": number, "date": day.isoformat(), "total": str(total)}
        self.entries.setdefault("", []).append({**row, "tax": "0", "lines": {}, "payments": []})
        return f"e{self._made}"

    def _keep(self, operation: Operation, row: dict[str, Any]) -> Outcome:
        if self.reject(operation):
            return _refused()
        self._made += 1
        row = {**row, "id": f"e{self._made}", "number": row["number"] or f"F-{self._made}"}
        self.entries.setdefault(row["key"], []).append(row)
        return Done(receipt={"id": row["id"], "number": row["number"]})

    def _remove(self, operation: Operation, row: dict[str, Any]) -> Outcome:
        if self.reject(operation):
            return _refused()
        self.entries.pop(row["key"], None)
        return Done(receipt={"id": row["key"]})


def _refused() -> Refused:
    said = "The fake ledger was told to refuse this"
    return Refused(findings=(Finding(code=FakeCode.REFUSED.value, what="An entry was refused", verbatim=said),))


def _stands(inspection: Inspection | None) -> bool:
    return inspection is not None and inspection.standing is Standing.STANDS


def _document(unit: Unit, chart: Chart) -> Document:
    """Return the entry of a unit; one below zero is turned round, like a credit note."""
    counted = sum((one.tender.counted for day in unit.days for one in day.tenders), ZERO)
    prices = unit.days[0].day.prices
    taken = [_line(one, prices, chart) for day in unit.days for one in day.lines]
    lacks = counted - sum((one.amount for one in taken), ZERO)
    if prices is Prices.EXCLUSIVE and lacks:
        taken.append(_rounding(lacks))
    sign = -1 if sum((one.amount for one in taken), ZERO) < 0 else 1
    lines = tuple(one.turned() if sign < 0 else one for one in taken)
    paid = [(one.account, one.tender.counted) for day in unit.days for one in day.tenders if one.account]
    return Document(
        key=unit.operation_key("entry"),
        kind="entry",
        number=unit.number,
        day=unit.dated or max(one.day.business_date for one in unit.days),
        currency=chart.currency,
        total=sum((one.amount for one in lines), ZERO),
        tax=sum((one.tax_amount for one in lines), ZERO),
        lines=lines,
        payments=tuple(
            DocumentPayment(key=unit.operation_key("paid", number), account=account, amount=sign * amount)
            for number, (account, amount) in enumerate(paid, start=1)
        ),
        sign=sign,
        prices=prices,
    )


def _line(mapped: MappedLine, prices: Prices, chart: Chart) -> DocumentLine:
    rate = next((one.rate for one in chart.taxes if mapped.tax and one.id == mapped.tax.id), ZERO)
    amount, exclusive = mapped.line.amount, prices is Prices.EXCLUSIVE
    tax = tax_added(amount, rate, chart.currency) if exclusive else tax_contained(amount, rate, chart.currency)
    return DocumentLine(
        account=mapped.account,
        tax=mapped.tax,
        description=mapped.line.name,
        amount=amount + tax if exclusive else amount,
        tax_amount=tax,
        tax_codes=(mapped.tax_code,) if mapped.tax_code else (),
    )


def _rounding(amount: Decimal) -> DocumentLine:
    """Return what brings prices without tax to what was counted; this ledger has no account of its own for it."""
    sales = LedgerRef(id="sales", code="200", name="Sales")
    return DocumentLine(
        account=sales, tax=None, description="Rounding of tax", amount=amount, tax_amount=ZERO, rounds=True
    )


def _entry(document: Document) -> dict[str, Any]:
    lines: dict[str, Decimal] = {}
    for one in document.lines:
        lines[one.account.id] = lines.get(one.account.id, ZERO) + one.amount
    return {
        "key": document.key,
        "number": document.number or "",
        "date": document.day.isoformat(),
        "total": str(document.total),
        "tax": str(document.tax),
        "sign": document.sign,
        "lines": {account: str(amount) for account, amount in lines.items()},
        "payments": [
            {"key": one.key, "account": one.account.id, "amount": str(one.amount)} for one in document.payments
        ],
    }


def _found(rows: Sequence[Mapping[str, Any]]) -> Found:
    if len(rows) > 1:
        return Found(standing=Standing.SEVERAL)
    if not rows:
        return Found(standing=Standing.ABSENT)
    return Found(standing=Standing.STANDS, receipt={"id": rows[0]["id"], "number": rows[0]["number"]})


def _inspection(key: str, row: Mapping[str, Any]) -> Inspection:
    return Inspection(
        key=key,
        standing=Standing.STANDS,
        number=row["number"],
        day=date.fromisoformat(row["date"]),
        total=Decimal(row["total"]),
        tax=Decimal(row["tax"]),
        lines={account: Decimal(amount) for account, amount in row["lines"].items()},
        payments=tuple(
            InspectedPayment(id=one["key"], key=one["key"], account=one["account"], amount=Decimal(one["amount"]))
            for one in row["payments"]
        ),
    )
