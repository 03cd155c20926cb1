"""A finding is a value that crosses the database unharmed and reads as sentences."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import steady, texts

from takings.domain.findings import Finding, Severity, errors

FINDINGS = st.builds(
    Finding, code=texts, what=texts, why=texts, do=texts, where=texts, severity=st.sampled_from(Severity),
    verbatim=texts, subject=texts,
)  # fmt: skip


@steady
@given(FINDINGS)
def test_a_finding_comes_back_from_its_json_as_it_was(finding: Finding) -> None:
    assert Finding.from_dict(finding.as_dict()) == finding
    assert all(isinstance(value, str) for value in finding.as_dict().values())


@steady
@given(st.lists(FINDINGS))
def test_only_errors_hold(findings: list[Finding]) -> None:
    assert errors(findings) == tuple(one for one in findings if one.severity == "error")


def test_a_finding_reads_as_sentences_with_one_stop_each() -> None:
    finding = Finding(code="a.b", what="It is wrong", why="Somebody changed it.", do="Mend it")
    assert str(finding) == "It is wrong. Somebody changed it. Mend it."
    assert str(Finding(code="a.b", what="It is wrong", do="Mend it")) == "It is wrong. Mend it."
