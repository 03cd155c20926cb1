"""Small readers and writers: dates, zones, filters, settings, connecting."""

from __future__ import annotations

import base64
import json
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from takings.plugin import Misconfigured, Operation, Period
from takings_xero import filters
from takings_xero.bodies import write_body
from takings_xero.connecting import endpoints, subject
from takings_xero.dates import read_day
from takings_xero.inspecting import link_start
from takings_xero.options import InstallationSettings, IntegrationSettings
from takings_xero.surveying import our_key
from takings_xero.zones import iana_zone


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("/Date(1789344000000+0000)/", date(2026, 9, 14)),
        ("/Date(1254268800000)/", date(2009, 9, 30)),
        ("/Date(-86400000+0000)/", date(1969, 12, 31)),
        ("2026-09-14T00:00:00", date(2026, 9, 14)),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_in_both_spellings(text, day):
    assert read_day(text) == day


def test_zones_are_given_as_iana_or_not_at_all():
    assert iana_zone("AUSEASTERNSTANDARDTIME") == "Australia/Sydney"
    assert iana_zone("EAUSTRALIASTANDARDTIME") == "Australia/Brisbane"
    assert iana_zone("ATLANTISSTANDARDTIME") == ""


def test_quotes_can_not_leave_a_filter():
    assert filters.text('Bob\'s "Bar" \\') == '"Bob\'s \\"Bar\\" \\\\"'


def test_a_period_includes_its_last_day():
    period = Period(date(2026, 10, 1), date(2026, 12, 31))
    assert filters.dated(period) == "Date>=DateTime(2026,10,01) AND Date<DateTime(2027,01,01)"


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=120), max_size=200))
def test_filters_ask_for_every_value_and_fit_an_address(values):
    asked = list(filters.any_of("Reference", values))
    assert all(len(quote(one, safe="")) <= filters.LONGEST for one in asked)
    joined = " OR ".join(asked)
    assert joined == " OR ".join(f"Reference=={filters.text(value)}" for value in values)


@pytest.mark.parametrize(
    ("reference", "ours"),
    [
        ("impos:eod/4417/2026-10-01.1/g1/invoice.1", True),
        ("impos:eod/4417/2026-10-01.1+2026-10-07.2-0a1b2c3d/g12/payment.10", True),
        ("pos-x:day/anchor.hotel~0a1b2c3d4e5f/2026-10-01.2/g1/invoice.1", True),
        ("Table 7", False),
        ("impos:eod/4417/2026-10-01.1/g1", False),
        ("see impos:eod/4417/2026-10-01.1/g1/invoice.1", False),
        ("", False),
        (None, False),
    ],
)
def test_a_reference_is_a_key_only_when_the_core_could_have_built_it(reference, ours):
    assert our_key(reference) == (reference if ours else "")


def test_the_body_of_a_call_holds_money_as_numbers_and_texts_as_texts():
    payload = {
        "Reference": "12.50",
        "LineItems": [{"Description": "7.00", "LineAmount": "1234567890123456.78"}, {"LineAmount": "-0.10"}],
    }
    operations = [Operation(key="k", kind="invoice", payload=payload)]
    body = write_body("invoice", operations)
    assert body == (
        b'{"Invoices":[{"Reference":"12.50","LineItems":[{"Description":"7.00",'
        b'"LineAmount":1234567890123456.78},{"LineAmount":-0.10}]}]}'
    )
    assert body == write_body("invoice", operations)
    assert payload["LineItems"][0]["LineAmount"] == "1234567890123456.78"
    paid = [Operation(key="k", kind="payment", payload={"Amount": "100.00"})]
    assert write_body("payment", paid) == b'{"Payments":[{"Amount":100.00}]}'


def jwt(claims):
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"head.{part}.signature"


def test_the_subject_is_the_xero_user():
    assert subject({"access_token": jwt({"xero_userid": "u-1"})}) == "u-1"


@pytest.mark.parametrize(
    "reply", [{}, {"access_token": "opaque"}, {"access_token": "a.b.c"}, {"access_token": jwt({})}]
)
def test_a_token_that_names_no_user_is_refused(reply):
    with pytest.raises(Misconfigured):
        subject(reply)


def test_an_empty_secret_makes_a_public_app():
    found = endpoints(InstallationSettings(client_id="X"))
    assert (found.client_id, found.client_secret) == ("X", "")
    assert found.authorise_url == "https://login.xero.com/identity/connect/authorize"


@pytest.mark.parametrize("name", ["", " ", 'The "Bar"', "back\\slash", "line\nbreak", "x" * 256, "ends with space "])
def test_contact_names_that_can_not_be_looked_up_are_refused(name):
    with pytest.raises(ValidationError):
        IntegrationSettings(contact_name=name)


@pytest.mark.parametrize("name", ["POS sales", "Bob's & Söhne", "X"])
def test_ordinary_contact_names_are_taken(name):
    assert IntegrationSettings(contact_name=name).contact_name == name


def test_links_need_the_organisations_short_code():
    assert link_start("") == ""
    assert link_start("!abcde").startswith("https://go.xero.com/organisationlogin/default.aspx?shortcode=!abcde&")
