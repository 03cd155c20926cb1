"""Every sentence of Xero becomes a finding of its own, wherever it arises; any other is shown as it is.

`message_list.py` has them all. What the sandbox's rules cause is caused by a call to the running sandbox, as
`message_causes.py` has it: through the target where it posts such a thing, and through its API otherwise.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from plugins.xero.tests.desk import Desk
from plugins.xero.tests.message_causes import CAUSES
from plugins.xero.tests.message_list import INJECTED, RULES

from takings_xero.connecting import SCOPES
from takings_xero.message_table import RULES as TABLE
from takings_xero.messages import explain


@pytest.fixture
def desk(connect: Any, build: Any) -> Desk:
    return Desk(connect(*SCOPES, "accounting.manualjournals", "accounting.settings"), build)


def text_of(pattern: str) -> str:
    return pattern.replace("\\", "")


@pytest.mark.parametrize("pattern", RULES)
def test_what_xeros_rules_say_arises_in_the_sandbox_and_becomes_its_finding(pattern: str, desk: Desk) -> None:
    (cause,) = [one for words, one in CAUSES.items() if words in text_of(pattern)]
    found = [one for one in cause(desk) if re.fullmatch(pattern, one.verbatim)]
    assert [one.code for one in found] == [f"xero.{RULES[pattern]}"]
    assert found[0].subject


def test_each_cause_is_of_one_message() -> None:
    for words in CAUSES:
        assert len([one for one in RULES if words in text_of(one)]) == 1, words


EVERY = {**{text_of(one): code for one, code in RULES.items()}, **{one: code for one, (code, _) in INJECTED.items()}}


@pytest.mark.parametrize("message", EVERY)
def test_every_message_is_told_in_plain_words_with_xeros_own_beside_them(message: str) -> None:
    finding = explain(message, "k1")
    assert finding.code == f"xero.{EVERY[message]}"
    assert (finding.verbatim, finding.subject) == (message, "k1")
    for told in (finding.what, finding.why, finding.do, finding.where):
        assert told
        assert not told.endswith(".")


def test_a_fault_of_one_field_that_nobody_knows_is_shown_with_its_document(desk: Desk) -> None:
    finding = explain("The moon is in the wrong house", desk.operations["invoice"].key)
    assert (finding.code, finding.verbatim) == ("xero.refused", "The moon is in the wrong house")
    assert "The moon is in the wrong house" in finding.what
    assert finding.subject == desk.operations["invoice"].key


def test_a_refusal_without_words_says_so() -> None:
    assert "no reason" in explain("", "k1").what


def test_every_rule_is_met_by_a_message() -> None:
    assert set(EVERY.values()) == {rule.code for rule in TABLE}


def test_the_page_tells_which_do_not_arise_and_why() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "xero.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `(.+)` \| (.+) \|$", page.partition("why it does not arise")[2], re.MULTILINE))
    assert told == {message: reason for message, (_, reason) in INJECTED.items()}


def test_a_reason_stands_beside_each_message_that_does_not_arise() -> None:
    assert all(reason for _, reason in INJECTED.values())
    assert not {text_of(one) for one in RULES} & set(INJECTED)
