"""What is planned and found comes back from the database as it was."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import amounts, steady, texts

from takings.domain.findings import Finding, Severity
from takings.domain.mapping import LedgerRef
from takings.plugin.documents import Document, DocumentLine, DocumentPayment
from takings.plugin.targets import Chart, StandingDocument, Survey
from takings.sync.encoding import (
    decode_document,
    decode_findings,
    encode_document,
    encode_findings,
    summarise_survey,
)

AMOUNTS = amounts("AUD")
DATES = st.dates(date(2000, 1, 1), date(2060, 1, 1))
REFS = st.builds(LedgerRef, id=texts, code=texts, name=texts)
LINES = st.builds(
    DocumentLine, account=REFS, tax=st.none() | REFS, description=texts, amount=AMOUNTS, tax_amount=AMOUNTS,
    tax_codes=st.lists(texts, max_size=2).map(tuple), option=st.none() | REFS,
)  # fmt: skip
PAYMENTS = st.builds(DocumentPayment, key=texts, account=REFS, amount=AMOUNTS, label=texts)
DOCUMENTS = st.builds(
    Document, key=texts, kind=texts, number=st.none() | texts, day=DATES, currency=st.just("AUD"), total=AMOUNTS,
    tax=AMOUNTS, lines=st.lists(LINES, max_size=4).map(tuple), payments=st.lists(PAYMENTS, max_size=4).map(tuple),
    sign=st.sampled_from([1, -1]),
)  # fmt: skip
FINDINGS = st.builds(Finding, code=texts, what=texts, why=texts, severity=st.sampled_from(Severity), subject=texts)


@steady
@given(DOCUMENTS)
def test_a_document_comes_back_from_its_json_as_it_was(document: Document) -> None:
    text = json.dumps(encode_document(document))
    assert decode_document(json.loads(text)) == document
    assert json.dumps(encode_document(decode_document(json.loads(text)))) == text


@given(DOCUMENTS)
def test_a_document_stored_before_signs_and_tracking_is_an_invoice_without(document: Document) -> None:
    data = json.loads(json.dumps(encode_document(document)))
    del data["sign"]
    for line in data["lines"]:
        del line["option"]
    old = decode_document(data)
    assert old.sign == 1
    assert all(one.option is None for one in old.lines)


@steady
@given(st.lists(FINDINGS, max_size=5).map(tuple))
def test_findings_come_back_from_their_json_as_they_were(findings: tuple[Finding, ...]) -> None:
    assert decode_findings(json.loads(json.dumps(encode_findings(findings)))) == findings


def test_a_survey_is_summed_up_for_later_reading() -> None:
    standing = StandingDocument(
        id="i-1", number="INV-7", key="k/invoice.1", day=date(2026, 10, 1), total=Decimal("11.00"), status="PAID"
    )
    chart = Chart(organisation="t-1", organisation_name="The Anchor Hotel", currency="AUD", accounts=(), taxes=())
    warning = Finding(code="ledger.odd", what="Odd", severity=Severity.WARNING)
    survey = Survey(chart=chart, locked_through=date(2026, 6, 30), documents=(standing,), findings=(warning,))
    found = json.loads(json.dumps(summarise_survey(survey)))
    assert (found["organisation_name"], found["locked_through"]) == ("The Anchor Hotel", "2026-06-30")
    assert found["documents"] == [{"id": "i-1", "number": "INV-7", "key": "k/invoice.1", "status": "PAID"}]
    assert found["findings"][0]["code"] == "ledger.odd"
