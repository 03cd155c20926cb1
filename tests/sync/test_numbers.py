"""What a ledger takes as a number."""

from __future__ import annotations

import pytest

from takings.plugin.kinds import NumberRules
from takings.sync.numbers import check_number

RULES = NumberRules(longest=10, pattern=r"[A-Z0-9-]+")


@pytest.mark.parametrize("number", ["S26100100", "A", "INV-000001"])
def test_a_number_within_the_rules_is_taken(number: str) -> None:
    assert check_number(number, RULES) == ()
    assert check_number(number, None) == ()


@pytest.mark.parametrize("number", ["S2610010000", "", "s26100100", "INV 1", "S26100100\n", "Ä1"])
def test_a_number_against_the_rules_is_told_before_anything_is_sent(number: str) -> None:
    (found,) = check_number(number, RULES)
    assert (found.code, found.where) == ("number.not_allowed", "advanced")
    assert "10 characters" in found.why
