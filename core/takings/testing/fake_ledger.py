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
    Call,
    Capability,
    Chart,
    Context,
    Done,
    Finding,
    Flow,
    Found,
    InspectedPayment,
    Inspection,
    LedgerAccount,
    LedgerTax,
    Movement,
    NoConnection,
    NoSettings,
    NumberRules,
    Operation,
    OperationKind,
    Outcome,
    Period,
    Plan,
    PostedUnit,
    Refused,
    Standing,
    StandingDocument,
    Survey,
    Target,
    TargetType,
    Unit,
)
from takings.testing.fake_entries import FakeSettings, plan_documents, plan_operations


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

    One that gives `choices` can be told by the settings of its integrations to leave entries as drafts until
    `approve`, and to write one for each customer of a house account.

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
        choices: bool = False,
    ) -> None:
        self.lose_reply, self.rate_limit, self.reject, self.slow = lose_reply, rate_limit, reject, slow
        self.choices = choices
        self.entries: dict[str, list[dict[str, Any]]] = {}
        self.customers: list[str] = []
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
                contact=row.get("customer", ""),
                lines={account: Decimal(amount) for account, amount in row["lines"].items()},
            )
            for row in rows
        )
        return Survey(chart=CHART, documents=tuple(one for one in documents if one.day in period))

    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        """Plan one entry, and those of its customers. Pure."""
        chosen = settings if isinstance(settings, FakeSettings) else FakeSettings()
        documents = plan_documents(unit, survey.chart, chosen)
        main, sign = documents[0], documents[0].sign
        moved = [Movement(account=one.account.id, amount=-sign * one.amount) for one in main.lines]
        moved += [Movement(account=one.account.id, amount=sign * one.amount) for one in main.payments]
        return Plan(operations=tuple(plan_operations(documents)), documents=documents, movements=tuple(moved))

    def plan_undo(
        self, posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey, *, settings: Any
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
            carry_out = {"entry": self._keep, "payment": self._pay, "customer": self._meet}.get(
                call.kind, self._remove
            )
            outcomes = tuple(carry_out(one, row) for one, row in zip(call.operations, rows, strict=True))
            self._answers[call.key] = (call.body, outcomes)
        if self.lose_reply:
            self.lose_reply -= 1
            raise ReplyLost("The fake ledger", "it was told to lose the reply")
        return self._answers[call.key][1]

    def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
        """Look entries and payments up by key, customers by name; a removal stands when its entry does not."""
        if kind == "entry":
            return [_found(self.entries.get(one.key, [])) for one in operations]
        if kind in ("payment", "customer"):
            known = self._paid() if kind == "payment" else {f"customer/{name}" for name in self.customers}
            return [
                Found(standing=Standing.STANDS, receipt={"id": one.key})
                if one.key in known
                else Found(standing=Standing.ABSENT)
                for one in operations
            ]
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
                OperationKind(key="payment", title="Payment", max_count=50),
                OperationKind(key="customer", title="Customer", max_count=50),
            ),
            integration=FakeSettings if self.choices else NoSettings,
            idempotency_life=timedelta(hours=1),
            capabilities=frozenset({Capability.UNDOES, Capability.SEES_OTHERS})
            | (frozenset({Capability.DRAFTS, Capability.CUSTOMERS}) if self.choices else frozenset()),
        )

    def made_by_hand(self, day: date, total: Decimal, number: str = "") -> str:
        """Hold an entry that somebody made here, without a key; returns its id."""
        self._made += 1
        row = {"key": "", "id": f"e{self._made}", "number": number, "date": day.isoformat(), "total": str(total)}
        self.entries.setdefault("", []).append({**row, "tax": "0", "lines": {}, "payments": []})
        return f"e{self._made}"

    def approve(self, key: str) -> bool:
        """Approve the entry of a key, as somebody does here; tells whether it was a draft."""
        drafts = [row for row in self.entries.get(key, []) if row.pop("draft", False)]
        return bool(drafts)

    def _keep(self, operation: Operation, row: dict[str, Any]) -> Outcome:
        if self.reject(operation):
            return _refused()
        self._made += 1
        row = {**row, "id": f"e{self._made}", "number": row["number"] or f"F-{self._made}"}
        self.entries.setdefault(row["key"], []).append(row)
        return Done(receipt={"id": row["id"], "number": row["number"]})

    def _pay(self, operation: Operation, row: dict[str, Any]) -> Outcome:
        entries = self.entries.get(row["entry"], [])
        if self.reject(operation) or not entries or entries[0].get("draft"):
            return _refused()
        entries[0]["payments"].append({name: row[name] for name in ("key", "account", "amount")})
        return Done(receipt={"id": row["key"]})

    def _paid(self) -> set[str]:
        return {paid["key"] for rows in self.entries.values() for row in rows for paid in row["payments"]}

    def _meet(self, operation: Operation, row: dict[str, Any]) -> Outcome:
        if self.reject(operation):
            return _refused()
        self.customers.append(row["name"])
        return Done(receipt={"id": f"customer/{row['name']}"})

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
        status="draft" if row.get("draft") else "",
        payable=not row.get("draft"),
        lines={account: Decimal(amount) for account, amount in row["lines"].items()},
        payments=tuple(
            InspectedPayment(id=one["key"], key=one["key"], account=one["account"], amount=Decimal(one["amount"]))
            for one in row["payments"]
        ),
    )
