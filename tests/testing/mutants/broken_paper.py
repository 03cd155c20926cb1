"""Targets that are broken in exactly one way each, beside two that are not."""

from __future__ import annotations

import hmac
import json
import os
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from shared import Mutant

from takings.plugin import (
    ZERO,
    Call,
    Capability,
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
    RateLimited,
    Refused,
    ReplyLost,
    Retry,
    Settings,
    Standing,
    Survey,
    Unavailable,
    Unit,
    Unknown,
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


class Judging(PaperTarget):
    """Looks at the status of each reply before the template does."""

    def __init__(self, url: str, context: Any) -> None:
        super().__init__(url, _Judged(context, self))

    def judge(self, method: str, reply: Any) -> None:
        pass


class _Judged:
    def __init__(self, context: Any, target: Judging) -> None:
        self._context, self._target = context, target
        self.http = self

    def request(self, method: str, url: str, **more: Any) -> Any:
        reply = self._context.http.request(method, url, **more)
        self._target.judge(method, reply)
        return reply


class TakesUnauthorisedForAFault(Judging):
    def judge(self, method: str, reply: Any) -> None:
        if reply.status_code == 401:
            raise Retry("it answered 401")


class WaitsTooShort(Judging):
    def judge(self, method: str, reply: Any) -> None:
        if reply.status_code == 429:
            raise RateLimited(timedelta(seconds=1))


class TakesFaultsForRefusals(Judging):
    def judge(self, method: str, reply: Any) -> None:
        if method == "POST" and reply.status_code in (500, 502, 504):
            raise Retry("it broke, so it was not carried out")


class TrustsReplies(Judging):
    def judge(self, method: str, reply: Any) -> None:
        if method == "GET" and reply.status_code == 200:
            json.loads(reply.content)


class HopesForTheBest(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        try:
            return super().execute(call)
        except ReplyLost as lost:
            if "answered" in lost.reason:
                raise
            return [Done(receipt={"id": "s1"}) for _ in call.operations]


class SendsAgainAnew(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        try:
            return super().execute(call)
        except ReplyLost as lost:
            if "answered" in lost.reason:
                raise
            return super().execute(replace(call, key=str(uuid.uuid4())))


class DoubtsEverything(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        try:
            return super().execute(call)
        except Unavailable:
            return [Unknown(reason="who knows") for _ in call.operations]


class ClosedIsDone(Judging):
    def execute(self, call: Call) -> Sequence[Outcome]:
        try:
            return super().execute(call)
        except Unavailable as closed:
            if "maintenance" not in closed.reason:
                raise
            return [Done(receipt={"id": "s1"}) for _ in call.operations]


class HidesTheReason(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        return [
            Refused(findings=tuple(replace(finding, verbatim="") for finding in one.findings))
            if isinstance(one, Refused)
            else one
            for one in super().execute(call)
        ]


class RefusesAll(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        outcomes = super().execute(call)
        refused = next((one for one in outcomes if isinstance(one, Refused)), None)
        return [refused for _ in outcomes] if refused else outcomes


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


class KeepsAFile(PaperTarget):
    def survey(self, period: Period, settings: Any) -> Survey:
        survey = super().survey(period, settings)
        with tempfile.NamedTemporaryFile("w") as file:  # the library opens it, and this asked for it
            file.write("surveyed")
        return survey


class ReadsTheEnvironment(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        os.environ.get("PAPER_MEMO", "")
        return super().plan(unit, survey, settings)


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


UNDOING = frozenset({Capability.UNDOES})
NUMBERED = UNDOING | {Capability.NUMBERS}
LOCKING = UNDOING | {Capability.LOCK_DATES}
UNIQUE = UNDOING | {Capability.UNIQUE_NUMBERS}

healthy = Mutant(paper())
hostile = Mutant(paper(Odd))
counting = Mutant(paper(Counts), "test_planning_is_pure")
forgets_refunds = Mutant(paper(ForgetsRefunds), "test_a_plan_moves_each_account_by_what_the_day_says")
forgets_the_sign = Mutant(paper(ForgetsTheSign), "test_a_plan_moves_each_account_by_what_the_day_says")
takes_prices_for_others = Mutant(
    paper(TakesPricesWithoutTaxForOthers), "test_prices_without_tax_are_held_or_read_back_as_planned"
)
pays_back = Mutant(paper(PaysWhatWasGivenBack), "test_an_awkward_day_is_held_or_reads_back_as_planned")
unsigned_tax = Mutant(paper(ReadsTaxWithoutASign), "test_an_awkward_day_is_held_or_reads_back_as_planned")
has_a_float = Mutant(paper(HasAFloat), "test_a_plan_is_json_and_its_references_hold")
prepares_anew = Mutant(paper(PreparesAnew), "test_preparing_is_pure")
other_keys = Mutant(paper(SendsOtherKeys), "test_posting_twice_under_one_key_leaves_one_document")
finds_everything = Mutant(paper(FindsEverything), "test_an_unknown_key_is_absent")
no_receipts = Mutant(paper(FindsNoReceipts), "test_what_was_posted_is_found")
reads_one_page = Mutant(paper(ReadsOnePage), "test_many_documents_stand_and_are_all_read_back")
tells_no_number = Mutant(
    paper(TellsNoNumber, capabilities=NUMBERED),
    "test_without_a_number_the_ledger_gives_one",
)
less_tax = Mutant(paper(ReadsLessTax), "test_a_document_reads_back_as_planned")
unauthorised = Mutant(paper(TakesUnauthorisedForAFault), "test_an_unknown_token_is_an_expired_authorisation")
impatient = Mutant(paper(WaitsTooShort), "test_a_rate_limit_is_told_with_its_wait")
sure = Mutant(paper(TakesFaultsForRefusals), "test_a_fault_of_the_ledger_is_never_done_or_refused")
trusts = Mutant(paper(TrustsReplies), "test_reading_that_goes_wrong_is_an_instruction")
hopes = Mutant(paper(HopesForTheBest), "test_a_lost_reply_is_never_done_or_refused")
sends_again = Mutant(paper(SendsAgainAnew), "test_a_lost_reply_leaves_one_document")
doubts = Mutant(paper(DoubtsEverything), "test_an_unreachable_ledger_is_told_so")
closed_is_done = Mutant(paper(ClosedIsDone), "test_a_closed_ledger_is_never_done")
hides_the_reason = Mutant(paper(HidesTheReason), "test_a_refusal_keeps_the_ledgers_words")
refuses_all = Mutant(paper(RefusesAll), "test_a_refused_operation_does_not_refuse_its_neighbour")
cuts_numbers = Mutant(paper(CutsNumbers, capabilities=UNDOING), "test_a_given_number_stands_on_the_document")
ignores_the_lock = Mutant(
    paper(IgnoresTheLock, capabilities=LOCKING),
    "test_a_closed_period_holds_the_day",
)
ignores_numbers = Mutant(
    paper(IgnoresNumbers, capabilities=UNIQUE),
    "test_a_number_that_stands_already_holds_the_day",
)
has_a_hook = Mutant(hooked(), notification=told)
trusts_hooks = Mutant(
    hooked(check=check_in_vain), "test_a_notification_that_was_changed_is_not_genuine", notification=told
)
reads_no_hooks = Mutant(hooked(read=read_nothing), "test_a_genuine_notification_is_read", notification=told)
ignores_the_date = Mutant(paper(IgnoresTheDate), "test_an_adjustment_is_dated_as_its_unit_says")
finds_no_voids = Mutant(paper(FindsNoVoids), "test_what_was_posted_can_be_taken_back")
counts_undos = Mutant(paper(CountsUndos), "test_planning_an_undo_is_pure")
hides_removals = Mutant(paper(HidesRemovals), "test_what_an_undo_removes_is_named")
shrugs_at_undo = Mutant(
    paper(ShrugsAtUndo, capabilities=frozenset()), "test_a_target_that_takes_nothing_back_says_so"
)
complains = Mutant(paper(ComplainsAlways), "test_nothing_stands_in_the_way_of_posting")
account_twice = Mutant(paper(HasAnAccountTwice), "test_the_chart_has_something_of_each_kind_to_map_to")
keeps_a_file = Mutant(paper(KeepsAFile), "test_files_sockets_and_environment_are_left_to_the_context")
reads_environment = Mutant(paper(ReadsTheEnvironment), "test_files_sockets_and_environment_are_left_to_the_context")
shows_a_secret = Mutant(paper(installation=SecretInstallation, open=open_and_keep), "test_no_secret_is_shown")
