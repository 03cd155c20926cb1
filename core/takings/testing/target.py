"""Level target: planning for a ledger and posting to it, on its stand-in."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings

from takings.domain.findings import errors
from takings.host.suggestions import usable_ids
from takings.plugin import (
    ZERO,
    Capability,
    DimensionKind,
    Document,
    Done,
    MappedDay,
    Movement,
    Refused,
    RefusedAsWhole,
    Standing,
)
from takings.sync.checking import check_plan, expected_movements
from takings.testing.base import needs, none_of
from takings.testing.days import awkward_days, mapped_days, places_of, priced_days
from takings.testing.target_base import TargetBase
from takings.testing.target_bench import TargetBench, parts_of
from takings.testing.target_customers import TargetCustomers
from takings.testing.target_drafts import TargetDrafts
from takings.testing.target_faults import TargetFaults
from takings.testing.target_survey import TargetSurvey
from takings.testing.target_undo import TargetUndo

#: More documents than the usual pages have, of 25, 50 or 100.
_MANY = 110


class TargetConformance(TargetSurvey, TargetCustomers, TargetDrafts, TargetUndo, TargetFaults, TargetBase):
    """Checks a target against its stand-in."""

    def test_nothing_stands_in_the_way_of_posting(self, bench: TargetBench) -> None:
        """`check()` finds nothing wrong with a stand-in that is well."""
        none_of(bench.open().check())

    def test_the_chart_has_something_of_each_kind_to_map_to(self, bench: TargetBench) -> None:
        """There are accounts for lines, each with a fitting tax, and for payments; ids are unique, rates exact."""
        chart, places = bench.chart, places_of(bench.chart)
        assert chart.organisation
        assert chart.currency
        assert places.lines, "no account takes lines with a fitting tax"
        assert places.payments, "no account takes payments"
        for kind, rows in ((DimensionKind.ACCOUNT, chart.accounts), (DimensionKind.TAX, chart.taxes)):
            ids = [one.id for one in rows]
            assert len(set(ids)) == len(ids), f"an id stands twice among the {kind} rows"
        assert all(isinstance(one.rate, Decimal) for one in chart.taxes)
        assert not chart.taxes or usable_ids(DimensionKind.TAX, chart)

    def test_planning_is_pure(self, bench: TargetBench) -> None:
        """Equal arguments give equal plans, without a call and without changing the arguments."""
        unit, survey = bench.unit(), bench.survey()
        before, target = copy.deepcopy(survey), bench.open()
        asked = len(bench.http.calls)
        first = target.plan(unit, survey, bench.settings)
        assert first == target.plan(unit, survey, bench.settings)
        assert first == bench.open().plan(unit, copy.deepcopy(survey), bench.settings)
        assert len(bench.http.calls) == asked, "planning makes calls"
        assert survey == before, "planning changes the survey"

    def test_a_plan_moves_each_account_by_what_the_day_says(self, bench: TargetBench) -> None:
        """For made-up days over the real chart: movements and documents are the day's, to the cent, or it is held."""
        target, survey, planned = bench.open(), bench.survey(), []

        @settings(
            max_examples=self.examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(day=mapped_days(bench.chart, bench.day))
        def check(day: MappedDay) -> None:
            plan = target.plan(bench.unit(day), survey, bench.settings)
            if not errors(plan.findings):
                planned.append(plan)
                planned_for, says = summed(plan.movements), expected_movements([day])
                assert planned_for == says, f"account by account, {differences(planned_for, says)}"
                shown = moved_by(plan.documents)
                assert shown == says, (
                    f"the documents with their signs, account by account, {differences(shown, says)}"
                )

        check()
        assert len(planned) * 4 > self.examples, f"of {self.examples} days only {len(planned)} are not held"

    def test_a_plan_is_json_and_its_references_hold(self, bench: TargetBench) -> None:
        """Payloads are JSON without floats; keys differ; what an operation refers to comes before it."""
        plan, earlier = bench.plan(), set[str]()
        for operation in plan.operations:
            payload, _ = dict(operation.payload), bench.kind(operation.kind)
            assert json.loads(json.dumps(payload)) == payload, f"{operation.kind} is not JSON"
            assert not any(isinstance(part, float) for part in parts_of(payload)), f"{operation.kind} has a float"
            refers = {part["$ref"] for part in parts_of(payload) if isinstance(part, dict) and "$ref" in part}
            assert refers <= set(operation.depends_on), f"{operation.kind} refers to what it does not depend on"
            assert set(operation.depends_on) <= earlier, f"{operation.kind} depends on what does not come before it"
            assert operation.key not in earlier, f"the key of {operation.kind} stands twice"
            earlier.add(operation.key)
        assert {one.key for one in plan.documents} <= earlier, "a document is made by no operation"

    def test_preparing_is_pure(self, bench: TargetBench) -> None:
        """Equal operations give the same bytes, without a call: a call is sent again exactly as it was."""
        operation = bench.document()
        asked = len(bench.http.calls)
        bodies = {bench.open().prepare(operation.kind, [copy.deepcopy(operation)]) for _ in range(3)}
        assert len(bodies) == 1, "three times the same operation gives different bytes"
        assert len(bench.http.calls) == asked, "preparing makes calls"

    def test_posting_twice_under_one_key_leaves_one_document(self, bench: TargetBench) -> None:
        """The same bytes under the same key are carried out once, and the second answer is the first one's."""
        needs(bench.declaration.idempotency_life, "the ledger remembers no keys of calls")
        operation = bench.document()
        call = bench.call(operation)
        first, second = bench.execute(call), bench.execute(call)
        assert isinstance(first[0], Done), first[0]
        assert first == second
        assert bench.standing(operation) is Standing.STANDS

    def test_an_unknown_key_is_absent(self, bench: TargetBench) -> None:
        """`find` says of what was never posted that it is absent."""
        assert bench.standing(bench.document()) is Standing.ABSENT

    def test_what_was_posted_is_found(self, bench: TargetBench) -> None:
        """`find` gives the receipt of what stands."""
        plan = bench.plan()
        receipts = bench.post(plan)
        operations = [one for one in plan.operations if one.kind == plan.operations[-1].kind]
        for operation, found in zip(operations, bench.found(*operations), strict=True):
            assert found.standing is Standing.STANDS
            assert found.receipt.items() >= receipts[operation.key].items(), "it is not the receipt of posting"

    def test_a_voided_document_is_not_done(self, bench: TargetBench) -> None:
        """`find` tells a voided document from one that stands (`Capability.VOIDS`)."""
        needs(Capability.VOIDS in bench.declaration.capabilities, "Capability.VOIDS is not declared")
        operation = bench.document()
        (outcome,) = bench.execute(bench.call(operation))
        assert isinstance(outcome, Done)
        needs(self.void(bench.ready, outcome.receipt), "void() voids nothing: give it to have this tested")
        standing = bench.standing(operation)
        assert standing is Standing.VOIDED, f"it was voided, and find says that it is {standing}"

    def test_a_document_reads_back_as_planned(self, bench: TargetBench) -> None:
        """`inspect` returns total, tax, date and payments as they were planned."""
        plan = bench.plan()
        document = plan.documents[0]
        found = bench.inspected(bench.post(plan), document.key)
        assert found.standing is Standing.STANDS, f"inspect says that it is {found.standing}"
        for name in ("total", "tax", "day"):
            there, planned = getattr(found, name), getattr(document, name)
            assert there == planned, f"{name}: inspect says {there}, and {planned} was planned"
        there, planned = (sorted(one.amount for one in one_side.payments) for one_side in (found, document))
        assert there == planned, f"payments: inspect says {there}, and {planned} was planned"

    def test_an_awkward_day_is_held_or_reads_back_as_planned(self, bench: TargetBench) -> None:
        """A day below zero, or of nothing, a payment method that gave back: what is not held stands as planned."""
        for title, day in awkward_days(bench.chart, bench.day, bench.next_number() * 1_000).items():
            plan = bench.open().plan(bench.unit(day), bench.survey(), bench.settings)
            if errors(plan.findings) or not plan.documents:
                continue
            document = plan.documents[0]
            found = bench.inspected(bench.post(plan), document.key)
            pairs: dict[str, tuple[object, object]] = {
                "total": (found.total, document.total),
                # That tax is read at all is another test's matter; here it is its sign.
                "sign of the tax": (found.tax < 0, document.tax < 0),
                "lines": (sums(found.lines.items()), sums((one.account.id, one.amount) for one in document.lines)),
                "payments": (
                    sorted(one.amount for one in found.payments),
                    sorted(one.amount for one in document.payments),
                ),
            }
            for name, (there, planned) in pairs.items():
                assert there == planned, f"{title}: {name}: inspect says {there}, and {planned} was planned"

    def test_prices_without_tax_are_held_or_read_back_as_planned(self, bench: TargetBench) -> None:
        """Prices without tax, a venue that charges none: what is not held moves what the day says, and reads back."""
        for title, day in priced_days(bench.chart, bench.day, bench.next_number() * 1_000).items():
            unit = bench.unit(day)
            plan = bench.open().plan(unit, bench.survey(), bench.settings)
            if errors(plan.findings):
                continue
            wrong = " ".join(map(str, errors(check_plan(unit, plan))))
            assert not wrong, f"{title}: {wrong}"
            document = plan.documents[0]
            found = bench.inspected(bench.post(plan), document.key)
            for name in ("total", "tax"):
                there, planned = getattr(found, name), getattr(document, name)
                assert there == planned, f"{title}: {name}: inspect says {there}, and {planned} was planned"

    def test_many_documents_stand_and_are_all_read_back(self, bench: TargetBench) -> None:
        """Full calls are taken, and `inspect` and `survey` give more documents than fit into a page."""
        # A date of their own, so that no other test has to read past them.
        other = replace(bench, day=bench.day - timedelta(days=40))
        receipts = other.post_many(_MANY)
        read = {one.key: one.standing for one in other.open().inspect(receipts, other.period)}
        lost = [key for key in receipts if read.get(key) is not Standing.STANDS]
        assert not lost, f"of {len(receipts)} documents that were posted inspect does not find {len(lost)}"
        listed = {one.key for one in other.survey().documents} & set(receipts)
        told = f"of {len(receipts)} documents that were posted survey lists {len(listed)}"
        assert not listed or listed == set(receipts), told

    def test_a_refusal_keeps_the_ledgers_words(self, bench: TargetBench) -> None:
        """What the ledger does not accept is `Refused`, with findings that have its own words in `verbatim`."""
        (outcome,) = bench.execute(bench.call(self.refused(bench.document(), bench.chart)))
        assert isinstance(outcome, Refused), outcome
        assert outcome.findings
        assert any(one.verbatim for one in outcome.findings), "no finding has the ledger's own words"

    def test_a_refused_operation_does_not_refuse_its_neighbour(self, bench: TargetBench) -> None:
        """In one call a good operation is done beside a refused one, or `RefusedAsWhole` says that nothing was."""
        good, other = bench.document(), bench.document()
        needs(bench.kind(good.kind).max_count > 1, "a call has one operation")
        call = bench.call(good, self.refused(other, bench.chart))
        try:
            first, second = bench.execute(call)
        except RefusedAsWhole:
            assert bench.standing(good) is Standing.ABSENT, "it was told to be refused and stands"
            return
        assert isinstance(first, Done), first
        assert isinstance(second, Refused), second

    def test_a_given_number_stands_on_the_document(self, bench: TargetBench) -> None:
        """The longest number that the declared rules allow is kept whole."""
        kind = bench.kind(bench.document().kind)
        needs(kind.number, "documents have no number")
        assert kind.number
        number = self.number(bench.next_number(), kind.number)
        needs(number, "the usual numbers don't keep to the rules: give number()")
        plan = bench.plan(bench.unit(number=number))
        stands = bench.inspected(bench.post(plan), plan.documents[0].key).number
        assert stands == number, f"the number {number} was given, and inspect says {stands!r}"

    def test_without_a_number_the_ledger_gives_one(self, bench: TargetBench) -> None:
        """A document without a number gets one of the ledger, and its receipt tells it (`Capability.NUMBERS`)."""
        needs(Capability.NUMBERS in bench.declaration.capabilities, "Capability.NUMBERS is not declared")
        plan = bench.plan()
        receipts, key = bench.post(plan), plan.documents[0].key
        number = bench.inspected(receipts, key).number
        assert number, "inspect gives no number"
        told = receipts[key].get("number")
        assert told == number, f"the receipt has {told!r} as `number`, and inspect says {number!r}"

    def test_a_number_that_stands_already_holds_the_day(self, bench: TargetBench) -> None:
        """A day whose number another document has is held (`Capability.UNIQUE_NUMBERS`)."""
        needs(
            Capability.UNIQUE_NUMBERS in bench.declaration.capabilities, "Capability.UNIQUE_NUMBERS is not declared"
        )
        rules = next(one.number for one in bench.declaration.kinds if one.number)
        number = self.number(bench.next_number(), rules)
        bench.post(bench.plan(bench.unit(number=number)))
        plan = bench.open().plan(bench.unit(number=number), bench.survey(), bench.settings)
        assert errors(plan.findings), "the number would be used twice"

    def test_a_closed_period_holds_the_day(self, bench: TargetBench) -> None:
        """A day on or before the lock date is held (`Capability.LOCK_DATES`)."""
        needs(Capability.LOCK_DATES in bench.declaration.capabilities, "Capability.LOCK_DATES is not declared")
        survey = replace(bench.survey(), locked_through=bench.day)
        plan = bench.open().plan(bench.unit(), survey, bench.settings)
        assert errors(plan.findings), "the day is in a closed period and is not held"
        assert plan.operations == ()

    def test_a_genuine_notification_is_read(self, bench: TargetBench) -> None:
        """`check` takes what the ledger signed, and `read` says of which organisation and document it tells."""
        webhook = bench.declaration.webhook
        needs(webhook, "no webhook is declared")
        made = self.notification("the agreed secret", "an organisation", "a document")
        assert made, f"{self.component} declares a webhook: give one of its notifications by notification()"
        assert webhook
        assert webhook.check(*made, "the agreed secret"), "a genuine notification is not taken"
        told = [(one.organisation, one.document) for one in webhook.read(made[1])]
        assert told == [("an organisation", "a document")]

    def test_a_notification_that_was_changed_is_not_genuine(self, bench: TargetBench) -> None:
        """`check` refuses another secret, other bytes, and a signature that is missing or nonsense."""
        webhook, secret = bench.declaration.webhook, "the agreed secret"
        made = self.notification(secret, "an organisation", "a document")
        needs(webhook, "no webhook is declared")
        needs(made, "notification() gives none")
        assert webhook
        assert made
        headers, body = made
        nonsense = [dict.fromkeys(headers, odd) for odd in ("", "nonsense", "ü", "=" * 44)]
        forged = [(headers, body, "another secret"), (headers, body, ""), (headers, body + b" ", secret)]
        forged += [(one, body, secret) for one in ({}, *nonsense)]
        for attempt in forged:
            assert webhook.check(*attempt) is False, "a notification that nobody signed is taken"


def moved_by(documents: Iterable[Document]) -> dict[str, Decimal]:
    """Return what documents do to each account by their lines, payments and signs, debit positive."""
    moved: list[tuple[str, Decimal]] = []
    for document in documents:
        moved += [(one.account.id, -document.sign * one.amount) for one in document.lines]
        moved += [(one.account.id, document.sign * one.amount) for one in document.payments]
    return sums(moved)


def sums(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Return the sums of amounts by account, without those of nothing."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in amounts:
        found[account] += amount
    return {account: amount for account, amount in found.items() if amount}


def differences(planned: Mapping[str, Decimal], day: Mapping[str, Decimal]) -> str:
    """Say of each account that two sets of movements don't agree on what each of them has."""
    accounts = sorted(one for one in {*planned, *day} if planned.get(one, ZERO) != day.get(one, ZERO))
    return "; ".join(
        f"{one}: the plan moves it by {planned.get(one, ZERO)}, the day by {day.get(one, ZERO)}" for one in accounts
    )


def summed(movements: tuple[Movement, ...]) -> dict[str, Decimal]:
    """Return how much each account moves, without those that don't."""
    return sums((one.account, one.amount) for one in movements)
