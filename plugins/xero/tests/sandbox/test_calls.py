"""How calls are read and answered, whatever they are about: paths, dates, filters, lists, and what is not there."""

from __future__ import annotations

from typing import Any

import pytest

ZEROS = "00000000-0000-0000-0000-000000000000"


def test_paths_and_query_booleans_ignore_letter_case(session: Any) -> None:
    reply = session.call("PUT", "INVOICES", session.invoice(DueDate=None), params={"SummarizeErrors": "FALSE"})
    assert reply.json()["Invoices"][0]["StatusAttributeString"] == "ERROR"
    url = session.sandbox.url + "/Connections"
    assert session.http.get(url, headers=session.bearer).status_code == 200


def test_dates_come_in_both_spellings_and_go_out_in_both(session: Any) -> None:
    made = session.post_invoice(Date="/Date(1790812800000+0000)/", DueDate="2026-10-08T00:00:00")
    assert (made["Date"], made["DateString"]) == ("/Date(1790812800000+0000)/", "2026-10-01T00:00:00")
    assert made["DueDateString"] == "2026-10-08T00:00:00"


def test_a_date_that_is_none_is_malformed(session: Any) -> None:
    reply = session.call("PUT", "Invoices", session.invoice(Date="20100510"))
    assert (reply.status_code, reply.json()["ErrorNumber"]) == (400, 14)
    assert reply.json()["Message"] == "The string '20100510' is not a valid AllXsd value."


def test_the_envelope_has_xeros_keys(session: Any) -> None:
    found = session.get("Invoices")
    assert list(found) == ["Id", "Status", "ProviderName", "DateTimeUTC", "Invoices"]
    assert found["Status"] == "OK"


def test_changes_show_in_if_modified_since(session: Any, clock: Any) -> None:
    made = session.post_invoice()
    paid = session.pay(made["InvoiceID"], 10)
    clock.forward(60)
    session.ok("POST", f"Payments/{paid['PaymentID']}", {"Status": "DELETED"})
    session.post_invoice(Reference="later")
    since = {"If-Modified-Since": "2026-10-01T02:00:30"}
    payments = session.call("GET", "Payments", headers=since).json()["Payments"]
    invoices = session.call("GET", "Invoices", headers=since).json()["Invoices"]
    assert [one["Status"] for one in payments] == ["DELETED"]
    assert len(invoices) == 2


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ('Reference=="day 1"', ["INV-0001"]),
        ('Reference.StartsWith("day")', ["INV-0001", "INV-0002"]),
        ('Reference!=null AND Reference.StartsWith("night") OR Reference=="day 2"', ["INV-0002", "INV-0003"]),
        ("Date>=DateTime(2026,10,02) && Date<DateTime(2026,10,03)", ["INV-0002"]),
        ('Type=="ACCREC" AND Status=="AUTHORISED" AND Total>=300', ["INV-0003"]),
        ('(Reference=="day 1" OR Reference=="day 2") and Status=="PAID"', []),
        ('Contact.Name=="POS sales" && Reference.Contains("ay 2")', ["INV-0002"]),
    ],
)
def test_where(session: Any, where: str, numbers: list[str]) -> None:
    for day, reference in enumerate(("day 1", "day 2", "night 1"), start=1):
        amount = f"{day}00.00"
        session.post_invoice(Reference=reference, Date=f"2026-10-0{day}", LineItems=[session.line(amount)])
    found = session.get("Invoices", where=where, page=1)
    assert [one["InvoiceNumber"] for one in found["Invoices"]] == numbers
    assert found["pagination"]["itemCount"] == len(numbers)


def test_a_where_that_cannot_be_read(session: Any) -> None:
    for where in ("Reference==", 'Reference="a" ; drop', "Total >= nothing"):
        reply = session.call("GET", "Invoices", params={"where": where})
        assert (reply.status_code, reply.json()["Type"]) == (400, "QueryParseException")


def test_lists_by_id_number_status_and_in_short(session: Any) -> None:
    first, second = session.post_invoice(), session.post_invoice(Status="DRAFT")
    ids = f"{first['InvoiceID']},{second['InvoiceID'].upper()}"
    assert len(session.get("Invoices", IDs=ids)["Invoices"]) == 2
    assert len(session.get("Invoices", InvoiceNumbers="INV-0001,INV-0009")["Invoices"]) == 1
    (draft,) = session.get("Invoices", Statuses="DRAFT", summaryOnly="true")["Invoices"]
    assert draft["InvoiceID"] == second["InvoiceID"]
    assert "LineItems" not in draft


def test_history_is_refused_for_payments_unless_switched_on(session: Any) -> None:
    paid = session.pay(session.post_invoice()["InvoiceID"], 110)
    path, note = f"Payments/{paid['PaymentID']}/History", {"HistoryRecords": [{"Details": "x"}]}
    assert session.messages("PUT", path, note) == [
        "The document with the supplied id was not found for this endpoint."
    ]
    session.sandbox.world.switch(payment_history=True)
    assert session.ok("PUT", path, note)["HistoryRecords"][0]["Details"] == "x"


def test_what_is_not_there_is_an_empty_html_page(session: Any) -> None:
    for path in ("Invoices/" + ZEROS, "NoSuchThing"):
        reply = session.call("GET", path)
        assert (reply.status_code, reply.content) == (404, b"")
        assert reply.headers["content-type"] == "text/html; charset=utf-8"


def test_a_body_that_is_no_json_and_one_that_is_too_large(session: Any) -> None:
    bad = session.call("PUT", "Invoices", content=b"{", headers={"Content-Type": "application/json"})
    assert (bad.status_code, bad.json()["ErrorNumber"]) == (400, 14)
    assert session.call("PUT", "Invoices", content=b" " * 3_500_001).status_code == 413
