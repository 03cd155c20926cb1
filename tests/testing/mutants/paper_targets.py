"""The template's target in the ways in which one can be wrong in planning and reading, and hostile in a right way."""

from __future__ import annotations

import hmac
import json
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

import shared  # noqa: F401 - it puts the template on the path

from takings.plugin import (
    ZERO,
    Call,
    Chart,
    Done,
    Found,
    Inspection,
    LedgerAccount,
    LedgerTax,
    Movement,
    Notice,
    Operation,
    Outcome,
    Period,
    Plan,
    Settings,
    Standing,
    Survey,
    Unit,
    Webhook,
    option,
)
from takings_example.ledger import PAPER
from takings_example.ledger_target import PaperTarget


def paper(target: type[PaperTarget] = PaperTarget, **changes: Any) -> Any:
    def open_ledger(installation: Any, connection: Any, organisation: str, context: Any) -> Any:
        return target(installation.ledger_url, context)

    return replace(PAPER, **{"open": open_ledger, **changes})


def with_payload(plan: Plan, **more: Any) -> Plan:
    first, *others = plan.operations
    return replace(plan, operations=(replace(first, payload={**first.payload, **more}), *others))


class Counts(PaperTarget):
    numbers = count()

    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        plan = super().plan(unit, survey, settings)
        return with_payload(plan, memo=f"Sheet {next(self.numbers)}") if plan.operations else plan


class ForgetsRefunds(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        plan = super().plan(unit, survey, settings)
        refunds = sum((one.line.amount for day in unit.days for one in day.lines if one.line.amount < 0), ZERO)
        if not refunds or not plan.movements:
            return plan
        first, *others = plan.movements
        return replace(plan, movements=(Movement(account=first.account, amount=first.amount + refunds), *others))


class ForgetsTheSign(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        plan = super().plan(unit, survey, settings)
        below = tuple(replace(one, sign=-1) if one.total < 0 else one for one in plan.documents)
        return replace(plan, documents=below)


class TakesPricesWithoutTaxForOthers(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        days = (replace(one, day=replace(one.day, prices_include_tax=True)) for one in unit.days)
        return super().plan(replace(unit, days=tuple(days)), survey, settings)


class PaysWhatWasGivenBack(PaperTarget):
    def prepare(self, kind: str, operations: Sequence[Operation]) -> bytes:
        if kind != "payment":
            return super().prepare(kind, operations)
        amounts = ({**one.payload, "amount": str(one.payload["amount"]).lstrip("-")} for one in operations)
        return super().prepare(kind, [replace(one, payload=a) for one, a in zip(operations, amounts, strict=True)])


class ReadsTaxWithoutASign(PaperTarget):
    def inspect(self, receipts: Mapping[str, Mapping[str, str]], period: Period) -> Iterator[Inspection]:
        for one in super().inspect(receipts, period):
            yield replace(one, tax=abs(one.tax))


class HasAFloat(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        plan = super().plan(unit, survey, settings)
        return with_payload(plan, rate=0.1) if plan.operations else plan


class PreparesAnew(PaperTarget):
    def prepare(self, kind: str, operations: Sequence[Operation]) -> bytes:
        return json.dumps({**json.loads(super().prepare(kind, operations)), "call": str(uuid.uuid4())}).encode()


class SendsOtherKeys(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        return super().execute(replace(call, key=str(uuid.uuid4())))


class FindsEverything(PaperTarget):
    def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
        found = super().find(kind, operations)
        if kind == "void":
            return found
        return [Found(standing=Standing.STANDS, receipt=one.receipt or {"id": "s1"}) for one in found]


class FindsNoReceipts(PaperTarget):
    def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
        return [Found(standing=one.standing) for one in super().find(kind, operations)]


class ReadsOnePage(PaperTarget):
    def _sheets(self, period: Period) -> Iterator[dict[str, Any]]:
        dates = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        return iter(self._api.get("/sheets", {**dates, "page": "1"})["sheets"])


class TellsNoNumber(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        return [
            Done(receipt={"id": one.receipt["id"]}) if isinstance(one, Done) else one for one in super().execute(call)
        ]


class ReadsLessTax(PaperTarget):
    def inspect(self, receipts: Mapping[str, Mapping[str, str]], period: Period) -> Iterator[Inspection]:
        for one in super().inspect(receipts, period):
            yield replace(one, tax=max(one.tax - 1, Decimal(0)) if one.tax > 0 else one.tax)


class CutsNumbers(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        plan = super().plan(unit, survey, settings)
        return with_payload(plan, number=unit.number[:20]) if plan.operations and unit.number else plan


class IgnoresTheLock(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        return super().plan(unit, replace(survey, locked_through=None), settings)


class IgnoresNumbers(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        return super().plan(unit, replace(survey, documents=()), settings)


class IgnoresTheDate(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        return super().plan(replace(unit, dated=None), survey, settings)


class FindsNoVoids(PaperTarget):
    def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
        if kind == "void":
            return [Found(standing=Standing.ABSENT) for _ in operations]
        return super().find(kind, operations)


class CountsUndos(PaperTarget):
    numbers = count()

    def plan_undo(self, *given: Any, **more: Any) -> Plan:
        plan = super().plan_undo(*given, **more)
        return with_payload(plan, memo=f"Void {next(self.numbers)}") if plan.operations else plan


class HidesRemovals(PaperTarget):
    def plan_undo(self, *given: Any, **more: Any) -> Plan:
        plan = super().plan_undo(*given, **more)
        return replace(plan, operations=tuple(replace(one, removes=()) for one in plan.operations))


class ShrugsAtUndo(PaperTarget):
    def plan_undo(self, *given: Any, **more: Any) -> Plan:
        return Plan()


class ComplainsAlways(PaperTarget):
    def check(self) -> Any:
        from takings.plugin import Finding

        return (Finding(code="mutant.complaint", what="It is Monday"),)


class HasAnAccountTwice(PaperTarget):
    def chart(self) -> Chart:
        chart = super().chart()
        return replace(chart, accounts=(*chart.accounts, chart.accounts[-1]))


class SecretInstallation(Settings):
    ledger_url: str = option("", title="Address", help="Of the ledger", kind="address")
    ledger_secret: str = option('s3cret "of the" ledger', title="Secret", help="Of the ledger", kind="secret")


def open_and_keep(installation: Any, connection: Any, organisation: str, context: Any) -> Any:
    class Keeps(PaperTarget):
        def __repr__(self) -> str:
            return f"Keeps({json.dumps(installation.ledger_secret)})"

    return Keeps(installation.ledger_url, context)


class HookInstallation(Settings):
    ledger_url: str = option("", title="Address", help="Of the ledger", kind="address")
    hook_secret: str = option("", title="Secret of hooks", help="Of the ledger", kind="secret")


def signed(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


def told(test: object, secret: str, organisation: str, document: str) -> tuple[dict[str, str], bytes]:
    body = json.dumps([[organisation, document]]).encode()
    return {"x-paper": signed(body, secret)}, body


def check(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    return hmac.compare_digest(signed(body, secret).encode(), headers.get("x-paper", "").encode())


def read(body: bytes) -> list[Notice]:
    return [Notice(organisation=organisation, document=document) for organisation, document in json.loads(body)]


def hooked(**changes: Any) -> Any:
    webhook = replace(Webhook(setting="hook_secret", check=check, read=read), **changes)
    return paper(installation=HookInstallation, webhook=webhook)


def check_in_vain(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    return "x-paper" in headers


def read_nothing(body: bytes) -> list[Notice]:
    return []


class Odd(PaperTarget):
    """A chart of odd names with much in it that can't be used, from a ledger that is in no hurry."""

    def chart(self) -> Chart:
        return odd(super().chart())

    def survey(self, period: Period, settings: Any) -> Survey:
        survey = super().survey(period, settings)
        return replace(survey, chart=odd(survey.chart), extra={"größe": ["½", None, {"": []}]})

    def execute(self, call: Call) -> Sequence[Outcome]:
        os.sched_yield()
        return super().execute(call)


def odd(chart: Chart) -> Chart:
    gone = tuple(
        LedgerAccount(id=f"gone-{n}", code=f"{n}", name="Closed", active=False, takes_payments=True)
        for n in range(300)
    )
    named = tuple(replace(one, name=f"{one.name} 🍺 «l'été» \"\\", code="") for one in chart.accounts)
    tax = LedgerTax(id="TVA 5,5 %", name="TVA réduite", rate=Decimal("5.5"), kinds=("nothing",), active=False)
    return replace(chart, accounts=(*gone, *named), taxes=(tax, *chart.taxes), organisation_name="Zażółć 🍺")
