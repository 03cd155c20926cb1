"""Level target: a document for each customer of a house account, on the ledger's stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from takings.domain.findings import errors
from takings.plugin import Capability, Operation, Plan, Standing, Unit
from takings.sync.checking import check_plan
from takings.testing.base import needs
from takings.testing.days import house_day
from takings.testing.target_base import TargetBase
from takings.testing.target_bench import TargetBench


class TargetCustomers(TargetBase):
    """The tests of a target that gives customers documents of their own; `for_customers` are the settings for it."""

    for_customers: ClassVar[Mapping[str, Any]] = {}

    def test_each_customer_of_a_house_account_gets_a_document(self, bench: TargetBench) -> None:
        """With the settings `for_customers` what went on a house account stands on documents of its customers."""
        billing = self._billing(bench)
        unit = self._unit(billing)
        plan = billing.plan(unit)
        wrong = " ".join(map(str, errors(check_plan(unit, plan))))
        assert not wrong, wrong
        assert plan.documents, "nothing is planned"
        assert not plan.documents[0].customer, "the day's own document has to come first"
        owed: dict[str, Decimal] = {}
        for one in plan.documents[1:]:
            owed[one.customer] = owed.get(one.customer, Decimal(0)) + one.sign * one.total
        shares = {one.customer: one.amount for tender in unit.days[0].tenders for one in tender.tender.customers}
        assert owed == shares, f"the documents of customers come to {owed}, the house account to {shares}"
        needed = _needs(plan)
        alone = [one.key for one in plan.documents[1:] if plan.documents[0].key not in needed[one.key]]
        assert not alone, f"{alone} may stand without the day's own document: name it in depends_on"
        receipts = billing.post(plan)
        for one in plan.documents:
            found = billing.inspected(receipts, one.key)
            assert (found.standing, found.total) == (Standing.STANDS, one.total)

    def test_a_customer_that_is_there_is_not_made_again(self, bench: TargetBench) -> None:
        """What makes a customer `looks_first`, and `find` finds the one that an earlier day made."""
        billing = self._billing(bench)
        billing.post(billing.plan(self._unit(billing)))
        unit = self._unit(billing)
        plan = billing.plan(unit)
        shared = _shared(plan, unit)
        needs(shared, "customers are no operations")
        for operation in shared:
            assert operation.looks_first, f"the {operation.kind} may be there already, and is not looked up first"
            standing = billing.standing(operation)
            assert standing is Standing.STANDS, f"an earlier day made it, and find says that it is {standing}"

    def _billing(self, bench: TargetBench) -> TargetBench:
        """Return the bench with the settings that give customers documents."""
        needs(Capability.CUSTOMERS in bench.declaration.capabilities, "Capability.CUSTOMERS is not declared")
        needs(self.for_customers, "for_customers is empty: name the settings under which customers get documents")
        given = {**self.settings, **self.for_customers}
        return replace(bench, settings=bench.declaration.integration.model_validate(given))

    def _unit(self, bench: TargetBench) -> Unit:
        return bench.unit(house_day(bench.chart, bench.day, sequence=bench.next_number()))


def _needs(plan: Plan) -> dict[str, set[str]]:
    """Return what each operation depends on, also by others; none depends on a later one."""
    found: dict[str, set[str]] = {}
    for one in plan.operations:
        found[one.key] = set(one.depends_on).union(*(found.get(key, set()) for key in one.depends_on))
    return found


def _shared(plan: Plan, unit: Unit) -> list[Operation]:
    """Return the operations that documents of customers depend on and that are not the unit's own."""
    needed = _needs(plan)
    wanted = {key for one in plan.documents if one.customer for key in needed[one.key]}
    return [one for one in plan.operations if one.key in wanted and not one.key.startswith(f"{unit.key}/")]
