"""Documents for customers of house accounts: what Xero would refuse of them holds the day before anything stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from plugins.xero.tests.accounting import SHAPES, plan

from takings.plugin import CustomerShare, StandingDocument
from takings_xero.options import IntegrationSettings


def unit_of(build, *names, number=None):
    """A day of which each of these customers took 10.00 on account."""
    total = Decimal(10 * len(names))
    house = build.tender(total, "a-cash", "HOUSE")
    shares = tuple(CustomerShare(customer=name, amount=Decimal("10.00")) for name in names)
    house = replace(house, tender=replace(house.tender, customers=shares))
    return build.unit(build.day([build.line(total)], [house]), number=number)


def settings(**more):
    return IntegrationSettings(house_accounts="customers", **more)


def standing(number, key="", status="AUTHORISED"):
    return StandingDocument(
        id="i-1", number=number, key=key, day=date(2026, 9, 1), total=Decimal("5.00"), status=status, contact="Others"
    )


def told(planned):
    return [(one.code, one.subject) for one in planned.findings]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_customers_number_that_is_taken_holds_the_whole_day(build, shape):
    unit, survey = unit_of(build, "Smith", "Jones", number="AH-1"), build.survey(documents=(standing("AH-1-2"),))
    planned = plan(unit, survey, settings(shape=shape))
    assert told(planned) == [("xero.number_taken", "AH-1-2")]
    assert not planned.operations
    voided = build.survey(documents=(standing("AH-1-1", status="VOIDED"),))
    assert told(plan(unit, voided, settings(shape=shape))) == [("xero.number_taken", "AH-1-1")]


def test_a_number_is_not_taken_by_its_own_document_nor_by_one_of_another_number(build):
    unit = unit_of(build, "Smith", number="AH-1")
    for there in (standing("AH-1-1", unit.operation_key("invoice", 101)), standing("AH-1-2"), standing("AH-11")):
        planned = plan(unit, build.survey(documents=(there,)), settings())
        assert not planned.findings
        assert [one.number for one in planned.documents] == ["AH-1", "AH-1-1"]
    assert not plan(unit_of(build, "Smith"), build.survey(documents=(standing("AH-1-1"),)), settings()).findings


def test_a_customers_number_that_is_too_long_holds_the_day(build):
    fits, longer = "A" * 253, "A" * 254
    assert not plan(unit_of(build, "Smith", number=fits), build.survey(), settings()).findings
    planned = plan(unit_of(build, "Smith", number=longer), build.survey(), settings())
    assert told(planned) == [("xero.number_invalid", f"{longer}-1")]
    assert not planned.operations
    ten = [f"Customer {n}" for n in range(10)]
    assert told(plan(unit_of(build, *ten, number=fits), build.survey(), settings())) == [
        ("xero.number_invalid", f"{fits}-10")
    ]
    assert not plan(unit_of(build, "Smith", number=longer), build.survey(), IntegrationSettings()).findings


def test_what_is_wrong_with_the_days_own_number_is_said_once(build):
    planned = plan(unit_of(build, "Smith", "Jones", number="١٢"), build.survey(), settings())
    assert told(planned) == [("xero.number_invalid", "١٢")]
