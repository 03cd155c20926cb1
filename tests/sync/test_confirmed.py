"""What somebody was told of who lets a held day be posted, and what of it covers the day as it is now."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.days import a_day

from takings.domain.findings import Finding, Severity
from takings.store.states import Decision
from takings.sync.assessing import beside_finding
from takings.sync.confirmed import BESIDE, as_kept, confirmable, covers, decided_before, told_with

NAME = "2026-10-01/1"
FIRST, BOTH = beside_finding(a_day(), 1), beside_finding(a_day(), 2)
UNUSUAL = Finding(code="day.unusual_size", what="Large", why="w", do="d", where="day", subject="2026-10-01")
TOLD = {"by": "Ann", "at": "2026-10-02T09:00:00+00:00", "reason": "New Year"}
KEPT_SIZE = {"code": "day.unusual_size", "subject": "2026-10-01", **TOLD}


def kept(*findings: Finding) -> list[Any]:
    return as_kept([one.as_dict() for one in findings], TOLD)


def decision(*findings: Finding, record: int = 7, how: str = "post_difference") -> dict[str, Any]:
    return {"decision": how, "record": record, "confirmed": kept(*findings)}


def test_of_what_was_confirmed_its_code_and_subject_are_kept_with_who_and_why() -> None:
    assert kept(UNUSUAL) == [KEPT_SIZE]
    assert kept() == []


def test_of_another_content_the_whole_sentence_is_kept_since_a_later_one_reads_otherwise() -> None:
    assert kept(UNUSUAL, FIRST) == [KEPT_SIZE, {"code": BESIDE, "subject": NAME, "what": FIRST.what, **TOLD}]


def test_who_confirmed_a_day_knew_of_the_contents_told_then_and_of_none_that_came_later() -> None:
    assert FIRST.what != BOTH.what
    assert covers(kept(UNUSUAL, FIRST), [FIRST])
    assert not covers(kept(UNUSUAL, FIRST), [BOTH])
    assert not covers(kept(UNUSUAL, FIRST), [FIRST, BOTH])
    assert not covers(kept(UNUSUAL), [FIRST])
    assert covers(kept(UNUSUAL), [])
    assert covers([], [])


def test_who_confirms_a_day_is_told_what_holds_it_and_of_every_other_content() -> None:
    known = UNUSUAL.as_dict() | {"severity": Severity.INFO.value}
    findings = [FIRST.as_dict(), known, UNUSUAL.as_dict(), UNUSUAL.as_dict() | {"code": "day.unbalanced"}]
    assert (
        told_with(findings, Decision.POST_ANYWAY)
        == [*confirmable(findings), findings[0]]
        == [findings[2], findings[0]]
    )
    assert told_with(findings, Decision.POST_DIFFERENCE) == [findings[0]]


@pytest.mark.parametrize("other", sorted(set(Decision) - {Decision.POST_ANYWAY, Decision.POST_DIFFERENCE}))
def test_who_decides_anything_else_confirms_nothing(other: Decision) -> None:
    assert told_with([UNUSUAL.as_dict(), FIRST.as_dict()], other) == []


def test_a_content_that_came_after_a_difference_was_decided_to_be_posted_is_told() -> None:
    told = Finding(
        code="record.conflict_after_decision",
        what="2026-10-01/1 came with another content after somebody decided to post its difference",
        why="Who decided knew one content only, and there may be no difference in the other",
        do="Have the POS send the right one with a higher revision; or decide again, if the first is right",
        where="day",
        subject=NAME,
    )
    assert decided_before(decision(), 7, [FIRST], day=NAME) == (told,)
    assert decided_before(decision(FIRST), 7, [BOTH], day=NAME) == (told,)
    assert decided_before({"decision": "post_difference", "record": 7}, 7, [FIRST], day=NAME) == (told,)


def test_who_knew_of_every_other_content_is_not_asked_again() -> None:
    assert decided_before(decision(FIRST), 7, [FIRST], day=NAME) == ()
    assert decided_before(decision(), 7, [], day=NAME) == ()


@pytest.mark.parametrize(
    "other", [{}, decision(record=6), decision(how="post_anyway"), decision(record=6, how="post_anyway")]
)
def test_what_was_decided_otherwise_or_of_an_older_record_is_no_decision_on_this_difference(
    other: dict[str, Any],
) -> None:
    assert decided_before(other, 7, [FIRST], day=NAME) == ()
