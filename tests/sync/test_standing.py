"""Which record of a day stands, in whatever order its revisions come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import steady

from takings.store.states import Standing
from takings.sync.records import Known, decide_standing

CURRENT, OLDER, CONFLICT = Standing.CURRENT, Standing.OLDER, Standing.CONFLICT
Arrival = tuple[int, str]


def arrive(known: list[Known], revision: int, digest: str) -> str:
    """Let a record come in, as the storing half does."""
    result, standing = decide_standing(known, revision=revision, digest=digest)
    if standing is not None:
        if standing is CURRENT:
            for one in known:
                one.standing = OLDER if one.standing is CURRENT else one.standing
        known.append(Known(revision=revision, content_hash=digest, standing=standing))
    return result


def current(known: list[Known]) -> Known:
    (one,) = [one for one in known if one.standing is CURRENT]
    return one


#: Each revision has one content; two revisions may have the same.
REVISIONS = st.dictionaries(st.integers(1, 6), st.sampled_from("abc"), min_size=1).map(
    lambda found: list(found.items())
)


@steady
@given(REVISIONS, st.data())
def test_any_order_of_any_revisions_ends_with_the_same_current_content(
    revisions: list[Arrival], data: st.DataObject
) -> None:
    known: list[Known] = []
    for revision, digest in data.draw(st.permutations([*revisions, *revisions])):
        arrive(known, revision, digest)
    newest = max(revisions)
    assert current(known).content_hash == newest[1]
    assert current(known).revision <= newest[0]
    assert {one.standing for one in known} <= {CURRENT, OLDER}


@steady
@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ab")), min_size=1, max_size=8))
def test_nothing_is_kept_twice_and_one_record_stands(arrivals: list[Arrival]) -> None:
    known: list[Known] = []
    for revision, digest in arrivals:
        before = len(known)
        result = arrive(known, revision, digest)
        assert result in ("stored", "unchanged", "conflict")
        assert len(known) - before in (0, 1)
        assert arrive(known, revision, digest) == "unchanged"
        assert len(known) - before in (0, 1)
    stored = [(one.revision, one.content_hash) for one in known]
    assert len(set(stored)) == len(stored)
    assert current(known).revision == max(one.revision for one in known)


@pytest.mark.parametrize(
    ("known", "revision", "digest", "result", "standing"),
    [
        ([], 1, "a", "stored", CURRENT),
        ([], 5, "a", "stored", CURRENT),
        ([(1, "a", CURRENT)], 1, "a", "unchanged", None),
        ([(1, "a", CURRENT)], 2, "b", "stored", CURRENT),
        ([(1, "a", CURRENT)], 2, "a", "unchanged", CURRENT),
        ([(1, "a", CURRENT)], 1, "b", "conflict", CONFLICT),
        ([(2, "b", CURRENT)], 1, "a", "conflict", OLDER),
        ([(2, "b", CURRENT)], 1, "b", "unchanged", None),
        ([(1, "a", CURRENT), (1, "b", CONFLICT)], 1, "b", "unchanged", None),
        ([(1, "a", CURRENT), (1, "b", CONFLICT)], 2, "b", "stored", CURRENT),
        ([(1, "a", OLDER), (2, "b", CURRENT)], 3, "a", "stored", CURRENT),
    ],
)
def test_a_record_is_judged_beside_those_of_its_day(
    known: list[tuple[int, str, Standing]], revision: int, digest: str, result: str, standing: Standing | None
) -> None:
    rows = [Known(revision=number, content_hash=content, standing=how) for number, content, how in known]
    assert decide_standing(rows, revision=revision, digest=digest) == (result, standing)
