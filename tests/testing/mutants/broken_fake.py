"""Fake ledgers broken in exactly one way each, beside one that is not: for what the template does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from shared import Mutant

from takings.plugin import Capability, Document, Inspection, Period, Plan, Survey, Unit
from takings.testing import FakeTarget


def broken(target: type[FakeTarget], breaks: str = "", without: Capability | None = None) -> Mutant:
    ledger = target(choices=True, reject=lambda operation: "no-such-account" in str(operation.payload))
    declared = ledger.declaration()

    def approve(test: object, ready: object, document: Document, **more: object) -> bool:
        return ledger.approve(document.key)

    def made_by_hand(test: object, ready: object, chart: object, day: date, total: Decimal) -> str:
        return ledger.made_by_hand(day, total)

    given = {"as_drafts": {"drafts": True}, "for_customers": {"customers": True}}
    return Mutant(
        replace(declared, capabilities=declared.capabilities - {without}),
        breaks,
        given={**given, "approve": approve, "made_by_hand": made_by_hand},
    )


class HidesDrafts(FakeTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        plan = super().plan(unit, survey, settings)
        return replace(plan, documents=tuple(replace(one, draft=False) for one in plan.documents))


class CallsAllDrafts(FakeTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        plan = super().plan(unit, survey, settings)
        return replace(plan, documents=tuple(replace(one, draft=True) for one in plan.documents))


class LetsEverythingBePaid(FakeTarget):
    def inspect(self, receipts: Mapping[str, Mapping[str, str]], period: Period) -> Iterator[Inspection]:
        yield from (replace(one, payable=True) for one in super().inspect(receipts, period))


class BillsHalf(FakeTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        plan = super().plan(unit, survey, settings)
        return replace(plan, documents=tuple(halved(one) if one.customer else one for one in plan.documents))


def halved(document: Document) -> Document:
    lines = tuple(replace(one, amount=one.amount / 2) for one in document.lines)
    return replace(document, total=document.total / 2, lines=lines)


class MakesCustomersAnew(FakeTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        plan = super().plan(unit, survey, settings)
        return replace(plan, operations=tuple(replace(one, looks_first=False) for one in plan.operations))


class SeesItsOwnOnly(FakeTarget):
    def survey(self, period: Period, settings: Any) -> Survey:
        survey = super().survey(period, settings)
        return replace(survey, documents=tuple(one for one in survey.documents if one.key))


healthy = broken(FakeTarget)
hides_drafts = broken(HidesDrafts, "test_drafts_are_told_and_their_payments_wait")
calls_all_drafts = broken(CallsAllDrafts, "test_only_payments_of_drafts_wait", Capability.DRAFTS)
lets_be_paid = broken(LetsEverythingBePaid, "test_a_draft_is_payable_once_it_is_approved")
bills_half = broken(BillsHalf, "test_each_customer_of_a_house_account_gets_a_document")
makes_anew = broken(MakesCustomersAnew, "test_a_customer_that_is_there_is_not_made_again")
sees_its_own_only = broken(SeesItsOwnOnly, "test_what_others_made_is_surveyed")
