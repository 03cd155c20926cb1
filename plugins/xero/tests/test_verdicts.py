"""What is read from Xero's reply to a write: every shape of success, refusal and doubt."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.plugin import (
    AuthorisationExpired,
    Disconnected,
    Done,
    Misconfigured,
    Operation,
    RateLimited,
    Refused,
    RefusedAsWhole,
    ReplyLost,
    Unavailable,
    Unknown,
)
from takings_xero.shapes import NO_ID
from takings_xero.verdicts import outcomes


def invoices(count=2):
    return [Operation(key=f"k{number}", kind="invoice", payload={}) for number in range(count)]


def ok(number):
    return {
        "InvoiceID": f"i{number}",
        "InvoiceNumber": f"INV-{number}",
        "Reference": f"k{number}",
        "StatusAttributeString": "OK",
        "HasErrors": False,
        "Total": 12.5,
        "LineItems": [{"ValidationErrors": []}],
    }


def bad(number, *messages, **more):
    return {
        "InvoiceID": NO_ID,
        "Reference": f"k{number}",
        "StatusAttributeString": "ERROR",
        "HasErrors": True,
        "ValidationErrors": [{"Message": message} for message in messages],
    } | more


def answer(body, status=200, **headers):
    if isinstance(body, str):
        return httpx.Response(status, text=body, headers=headers)
    return httpx.Response(status, json=body, headers=headers)


def refusal(*elements):
    return {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": list(elements),
    }


TAKEN = "Invoice # must be unique."


def test_stored_elements_are_done_with_id_and_number():
    found = outcomes(answer({"Invoices": [ok(0), ok(1)]}), "invoice", invoices())
    assert found == (
        Done(receipt={"id": "i0", "number": "INV-0"}),
        Done(receipt={"id": "i1", "number": "INV-1"}),
    )


def test_a_200_refuses_the_element_that_carries_an_error():
    good, refused = outcomes(answer({"Invoices": [ok(0), bad(1, TAKEN)]}), "invoice", invoices())
    assert isinstance(good, Done)
    assert isinstance(refused, Refused)
    (finding,) = refused.findings
    assert (finding.code, finding.verbatim, finding.subject) == ("xero.number_taken", TAKEN, "k1")


ARCHIVED = "The contact with the specified contact details has been archived. The contact must be un-archived"


@pytest.mark.parametrize(
    ("depends_on", "subject", "where"),
    [
        ((), "k0", "contact_name"),
        (("contact/POS sales",), "k0", "contact_name"),
        (("contact/Smith/Jones", "main"), "Smith/Jones", "ledger"),
    ],
)
def test_an_archived_contact_is_told_by_its_name_where_it_is_a_customers(depends_on, subject, where):
    sent = Operation(key="k0", kind="invoice", payload={}, depends_on=depends_on)
    for reply in (answer({"Invoices": [bad(0, ARCHIVED)]}), answer(refusal(bad(0, ARCHIVED)), 400)):
        (refused,) = outcomes(reply, "invoice", [sent])
        (finding,) = refused.findings
        assert (finding.code, finding.verbatim) == ("xero.contact_archived", ARCHIVED)
        assert (finding.subject, finding.where) == (subject, where)
    (other,) = outcomes(answer({"Invoices": [bad(0, TAKEN)]}), "invoice", [sent])
    assert [(one.code, one.subject) for one in other.findings] == [("xero.number_taken", "k0")]


@pytest.mark.parametrize(("number", "where"), [({}, "contact_name"), ({"ContactNumber": "takings-1"}, "ledger")])
def test_a_contact_that_was_archived_meanwhile_is_told_as_what_it_is(number, where):
    sent = Operation(key="contact/Smith", kind="contact", payload={"Name": "Smith", **number})
    said = "The specified contact details matched an archived contact."
    refused_one = {"Name": "Smith", "HasValidationErrors": True, "ValidationErrors": [{"Message": said}]}
    (refused,) = outcomes(answer(refusal(refused_one), 400), "contact", [sent])
    assert [(one.code, one.where) for one in refused.findings] == [("xero.contact_archived", where)]


def test_every_message_of_an_element_and_its_lines_is_kept_once():
    element = bad(
        0,
        "one",
        "two",
        LineItems=[{"ValidationErrors": [{"Message": "two"}]}, {"ValidationErrors": [{"Message": "3"}]}],
    )
    (refused,) = outcomes(answer({"Invoices": [element]}), "invoice", invoices(1))
    assert [one.verbatim for one in refused.findings] == ["one", "two", "3"]


@pytest.mark.parametrize(
    "element",
    [
        {"InvoiceID": NO_ID, "Reference": "k0"},
        {"InvoiceID": NO_ID, "HasErrors": True},
        {"HasValidationErrors": True},
        {"StatusAttributeString": "ERROR"},
    ],
)
def test_a_failed_element_without_a_reason_is_refused_all_the_same(element):
    (refused,) = outcomes(answer({"Invoices": [element]}), "invoice", invoices(1))
    assert [one.code for one in refused.findings] == ["xero.refused"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"Invoices": [ok(0)]}, "1 elements for 2"),
        ({"Invoices": [ok(0), ok(1), ok(2)]}, "3 elements for 2"),
        ({"Status": "OK"}, "0 elements for 2"),
        ({"Payments": [ok(0), ok(1)]}, "0 elements for 2"),
        ("<html>", "could not be read"),
        ('{"Invoices": [{"InvoiceID": 7}', "could not be read"),
        ("", "could not be read"),
    ],
)
def test_a_200_that_does_not_fit_the_call_leaves_everything_unknown(body, reason):
    found = outcomes(answer(body), "invoice", invoices())
    assert [type(one) for one in found] == [Unknown, Unknown]
    assert reason in found[0].reason


def test_elements_in_another_order_are_not_believed():
    found = outcomes(answer({"Invoices": [ok(1), ok(0)]}), "invoice", invoices())
    assert [type(one) for one in found] == [Unknown, Unknown]


def test_an_element_without_id_or_with_a_silent_error_beside_an_id_is_unknown():
    elements = [{"Reference": "k0"}, {"InvoiceID": "i1", "HasErrors": True}]
    found = outcomes(answer({"Invoices": elements}), "invoice", invoices())
    assert [type(one) for one in found] == [Unknown, Unknown]


def test_payments_and_contacts_are_read_by_their_own_ids():
    payment = Operation(key="p", kind="payment", payload={})
    assert outcomes(answer({"Payments": [{"PaymentID": "x", "Reference": "p"}]}), "payment", [payment]) == (
        Done(receipt={"id": "x"}),
    )
    contact = Operation(key="contact/POS", kind="contact", payload={"Name": "POS"})
    assert outcomes(answer({"Contacts": [{"ContactID": "c", "Name": "POS"}]}), "contact", [contact]) == (
        Done(receipt={"id": "c"}),
    )


def test_a_400_convicts_only_the_elements_that_carry_errors():
    found = outcomes(answer(refusal(bad(1, TAKEN)), 400), "invoice", invoices(3))
    assert [type(one) for one in found] == [Unknown, Refused, Unknown]
    assert "because of others" in found[0].reason


def test_a_400_without_keys_in_its_elements_is_read_by_place():
    elements = [{"ValidationErrors": []}, {"ValidationErrors": [{"Message": TAKEN}]}]
    found = outcomes(answer(refusal(*elements), 400), "invoice", invoices())
    assert [type(one) for one in found] == [Unknown, Refused]


MALFORMED = {"ErrorNumber": 14, "Type": "PostDataInvalidException", "Message": "The string 'x' is not valid."}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (MALFORMED, 400),
        (refusal(), 400),
        (refusal({"Reference": "k9", "ValidationErrors": [{"Message": "about another"}]}), 400),
        ("", 400),
        ("", 413),
    ],
)
def test_a_refusal_that_convicts_nobody_is_split_until_the_culprit_is_alone(body, status):
    with pytest.raises(RefusedAsWhole):
        outcomes(answer(body, status), "invoice", invoices(2))
    (alone,) = outcomes(answer(body, status), "invoice", invoices(1))
    assert isinstance(alone, Refused)


def test_the_words_of_a_refusal_are_kept():
    (alone,) = outcomes(answer(MALFORMED, 400), "invoice", invoices(1))
    assert alone.findings[0].verbatim == "The string 'x' is not valid."
    (large,) = outcomes(answer("", 413), "invoice", invoices(1))
    assert large.findings[0].code == "xero.too_large"


@pytest.mark.parametrize("status", [408, 502, 504])
def test_an_answer_of_a_gateway_is_no_answer_of_xero(status):
    with pytest.raises(ReplyLost):
        outcomes(answer("", status), "invoice", invoices())


@pytest.mark.parametrize("count", [1, 2])
def test_a_key_that_stands_for_another_request_proves_nothing(count):
    body = {"Title": "Bad Request", "Status": 400, "Detail": "Idempotency Key: k is used with a different request."}
    found = outcomes(answer(body, 400), "invoice", invoices(count))
    assert all(isinstance(one, Unknown) for one in found)


@pytest.mark.parametrize("status", [500, 505, 418, 204])
def test_other_statuses_leave_everything_unknown(status):
    found = outcomes(answer("", status), "invoice", invoices())
    assert [type(one) for one in found] == [Unknown, Unknown]
    assert str(status) in found[0].reason


def gateway(title, status, detail):
    return json.dumps({"Type": None, "Title": title, "Status": status, "Detail": detail, "Extensions": {}})


@pytest.mark.parametrize(
    ("reply", "raised"),
    [
        (answer(gateway("Unauthorized", 401, "TokenExpired: token expired at"), 401), AuthorisationExpired),
        (answer(gateway("Unauthorized", 401, "AuthenticationUnsuccessful"), 401), AuthorisationExpired),
        (answer(gateway("Unauthorized", 401, "AuthorizationUnsuccessful"), 401), Misconfigured),
        (answer("", 401, **{"WWW-Authenticate": 'Bearer error="insufficient_scope"'}), Misconfigured),
        (answer("", 401, **{"WWW-Authenticate": 'Bearer error="insufficent_scope"'}), Misconfigured),
        (answer(gateway("Forbidden", 403, "AuthenticationUnsuccessful"), 403), Disconnected),
        (answer("", 404), Misconfigured),
        (answer("", 405), Misconfigured),
        (answer("", 302), Misconfigured),
        (answer("", 412), Misconfigured),
        (answer("", 429), RateLimited),
        (answer("The Organisation is offline", 503), Unavailable),
    ],
)
def test_statuses_that_accept_nothing_instruct_the_core(reply, raised):
    with pytest.raises(raised):
        outcomes(reply, "invoice", invoices())


@pytest.mark.parametrize(
    ("headers", "after", "scope"),
    [
        ({"X-Rate-Limit-Problem": "minute", "Retry-After": "26"}, 26, "minute"),
        ({"X-Rate-Limit-Problem": "Day", "Retry-After": "7200"}, 7200, "day"),
        ({"X-Rate-Limit-Problem": "day"}, 3600, "day"),
        ({"X-Rate-Limit-Problem": "appminute"}, 60, "app"),
        ({"X-Rate-Limit-Problem": "concurrent"}, 1, "concurrent"),
        ({"X-Rate-Limit-Problem": "new", "Retry-After": "soon"}, 60, "new"),
        ({"Retry-After": "0"}, 1, "minute"),
        ({}, 60, "minute"),
    ],
)
def test_a_429_says_how_long_and_which_limit(headers, after, scope):
    with pytest.raises(RateLimited) as caught:
        outcomes(httpx.Response(429, headers=headers), "invoice", invoices())
    assert (caught.value.after, caught.value.scope) == (timedelta(seconds=after), scope)


def test_maintenance_keeps_the_words_of_xero():
    with pytest.raises(Unavailable, match="The Organisation is offline"):
        outcomes(answer("The Organisation is offline", 503), "invoice", invoices())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Invoices", "Elements", "InvoiceID", "ValidationErrors", "Message", "HasErrors", "Reference"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.sampled_from([200, 400, 413, 500]),
    st.binary(max_size=40) | json_values.map(lambda value: json.dumps(value).encode()),
)
def test_no_reply_whatever_it_holds_breaks_the_reading_or_makes_done_what_has_no_id(status, content):
    try:
        found = outcomes(httpx.Response(status, content=content), "invoice", invoices(2))
    except RefusedAsWhole:
        assert status in {400, 413}
        return
    assert len(found) == 2
    assert all(isinstance(one, Unknown | Refused) or one.receipt["id"] for one in found)
