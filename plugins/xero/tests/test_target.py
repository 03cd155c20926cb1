"""The target against a running sandbox: reading, posting, posting again, looking up, reading back, failing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from takings.plugin import (
    AuthorisationExpired,
    Disconnected,
    Done,
    Misconfigured,
    NoSettings,
    Period,
    RateLimited,
    Refused,
    ReplyLost,
    Retry,
    Standing,
    Unavailable,
    Unknown,
)
from takings_xero.connecting import disconnect, organisations, subject
from takings_xero.options import IntegrationSettings
from takings_xero.plugin import open_target

DAY = date(2026, 10, 1)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SETTINGS = IntegrationSettings()


def invoice_of(plan):
    return next(one for one in plan.operations if one.kind == "invoice")


def payments_of(plan):
    return [one for one in plan.operations if one.kind == "payment"]


def standing_invoices(ledger):
    return ledger.sandbox.control.dump(ledger.organisation.id)["Invoices"]


def planned(ledger, build, day=DAY, **fields):
    survey = ledger.target.survey(OCTOBER, SETTINGS)
    return ledger.target.plan(ledger.mapped(build, day, **fields), survey, SETTINGS)


def with_contact(ledger, build, resolve=True, **fields):
    """Return a plan whose contact exists already, so that its invoice can be sent as it is."""
    first = planned(ledger, build)
    if first.operations[0].kind == "contact":
        ledger.execute("contact", first.operations[:1], "make the contact")
    return planned(ledger, build, **fields)


def test_the_chart_says_what_takes_lines_and_payments(ledger):
    chart = ledger.target.chart()
    assert (chart.currency, chart.timezone) == ("AUD", "Australia/Sydney")
    assert chart.organisation == ledger.organisation.id
    accounts = {one.code or one.name: one for one in chart.accounts}
    bank, receivable, clearing = accounts["Business Bank Account"], accounts["610"], accounts["611"]
    assert (bank.takes_payments, bank.takes_lines) == (True, False)
    assert (receivable.takes_payments, receivable.takes_lines) == (False, False)
    assert (clearing.takes_payments, clearing.takes_lines) == (True, True)
    taxes = {one.id: one for one in chart.taxes}
    assert (taxes["OUTPUT"].rate, taxes["BASEXCLUDED"].rate) == (Decimal(10), Decimal(0))
    assert "EXPENSE" not in taxes["OUTPUT"].kinds


def test_an_organisation_that_is_not_active_is_told(ledger):
    assert ledger.target.check() == ()
    ledger.sandbox.control.change_organisation(ledger.organisation.id, {"OrganisationStatus": "SUSPENDED"})
    (finding,) = ledger.target.check()
    assert finding.code == "xero.organisation_inactive"


def test_a_survey_of_a_year_takes_six_reads(ledger, build):
    ledger.context.calls.clear()
    survey = ledger.target.survey(Period(date(2026, 1, 1), date(2026, 12, 31)), SETTINGS)
    assert len(ledger.context.calls) == 6
    assert (survey.locked_through, survey.documents, survey.findings) == (None, (), ())
    assert survey.extra["contact"] == {"state": "absent", "name": "POS sales", "id": ""}


def test_the_survey_tells_our_standing_invoices_by_their_key(ledger, build):
    plan = planned(ledger, build, number="AH-1")
    ledger.post(plan)
    (standing,) = ledger.target.survey(OCTOBER, SETTINGS).documents
    assert (standing.key, standing.number, standing.day) == (invoice_of(plan).key, "AH-1", DAY)
    assert (standing.total, standing.status) == (Decimal("115.00"), "PAID")
    assert ledger.target.survey(Period(DAY + timedelta(days=1), OCTOBER.last), SETTINGS).documents == ()


def test_the_later_of_two_lock_dates_counts(ledger, build):
    ledger.sandbox.control.change_organisation(
        ledger.organisation.id, {"PeriodLockDate": "2026-10-01", "EndOfYearLockDate": "2026-06-30"}
    )
    survey = ledger.target.survey(OCTOBER, SETTINGS)
    assert survey.locked_through == DAY
    held = ledger.target.plan(ledger.mapped(build), survey, SETTINGS)
    assert [one.code for one in held.findings] == ["xero.locked"]
    assert not ledger.target.plan(ledger.mapped(build, DAY + timedelta(days=1)), survey, SETTINGS).findings


def test_a_day_moves_every_account_by_what_the_plan_said(ledger, build):
    plan = planned(ledger, build)
    ledger.post(plan)
    found = ledger.sandbox.control.balances(ledger.organisation.id)
    balances = {one["AccountID"]: Decimal(one["balance"]) for one in found["accounts"]}
    gst = ledger.accounts()["820"].id
    assert balances.pop(gst) == -plan.documents[0].tax
    net = {one.account: one.amount for one in plan.movements}
    sales = ledger.accounts()["201"].id
    net[sales] += plan.documents[0].tax
    assert {key: amount for key, amount in balances.items() if amount} == net


def test_an_existing_contact_is_used_and_not_made_again(ledger, build):
    ledger.post(planned(ledger, build))
    again = planned(ledger, build, DAY + timedelta(days=1))
    assert [one.kind for one in again.operations] == ["invoice", "payment", "payment"]
    ledger.post(again, "second")
    assert len(ledger.sandbox.control.dump(ledger.organisation.id)["Contacts"]) == 1


def test_an_archived_contact_is_a_finding_of_survey_and_plan(ledger, build):
    ledger.post(planned(ledger, build))
    (contact,) = ledger.sandbox.control.dump(ledger.organisation.id)["Contacts"]
    ledger.sandbox.control.change_contact(ledger.organisation.id, contact["ContactID"], {"ContactStatus": "ARCHIVED"})
    survey = ledger.target.survey(OCTOBER, SETTINGS)
    assert [one.code for one in survey.findings] == ["xero.contact_archived"]
    assert ledger.target.plan(ledger.mapped(build), survey, SETTINGS).operations == ()


def test_the_same_call_again_under_its_key_leaves_one_invoice(ledger, build):
    invoice = invoice_of(with_contact(ledger, build))
    first = ledger.execute("invoice", [invoice], "the key")
    assert ledger.execute("invoice", [invoice], "the key") == first
    assert len(standing_invoices(ledger)) == 1


def test_another_body_under_a_used_key_is_unknown_and_noted(ledger, build):
    invoice = invoice_of(with_contact(ledger, build))
    ledger.execute("invoice", [invoice], "the key")
    other = replace(invoice, payload={**invoice.payload, "Date": "2026-10-02"})
    (outcome,) = ledger.execute("invoice", [other], "the key")
    assert isinstance(outcome, Unknown)
    assert len(ledger.context.notes) == 1


def test_one_bad_invoice_does_not_take_the_others_with_it(ledger, build):
    good = invoice_of(with_contact(ledger, build))
    bad = replace(good, key="impos:eod/4417/2026-10-02.1/g1/invoice.1")
    bad = replace(bad, payload={**good.payload, "Reference": bad.key, "DueDate": None})
    done, refused = ledger.execute("invoice", [good, bad], "key")
    assert isinstance(done, Done)
    assert isinstance(refused, Refused)
    assert refused.findings[0].code == "xero.due_date"
    assert len(standing_invoices(ledger)) == 1


@pytest.mark.parametrize("per_element", [True, False])
def test_payments_are_judged_one_by_one_or_as_a_whole(ledger, build, per_element):
    ledger.sandbox.world.switch(payments_per_element=per_element)
    plan = with_contact(ledger, build)
    invoice = invoice_of(plan)
    (done,) = ledger.execute("invoice", [invoice], "invoice")
    paid = [
        replace(one, payload={**one.payload, "Invoice": {"InvoiceID": done.receipt["id"]}})
        for one in payments_of(plan)
    ]
    paid[1] = replace(paid[1], payload={**paid[1].payload, "Amount": "9000.00"})
    first, refused = ledger.execute("payment", paid, "payments")
    assert isinstance(refused, Refused)
    assert refused.findings[0].code == "xero.payment_exceeds"
    if per_element:
        assert isinstance(first, Done)
    else:
        assert isinstance(first, Unknown)
        assert [one.standing for one in ledger.target.find("payment", paid)] == [Standing.ABSENT, Standing.ABSENT]


def test_a_number_in_use_is_refused_and_nothing_is_overwritten(ledger, build):
    ledger.post(planned(ledger, build, number="AH-1"))
    before = standing_invoices(ledger)
    invoice = invoice_of(with_contact(ledger, build, day=DAY + timedelta(days=1)))
    taken = replace(invoice, payload={**invoice.payload, "InvoiceNumber": "AH-1"})
    (outcome,) = ledger.execute("invoice", [taken], "again")
    assert outcome.findings[0].code == "xero.number_taken"
    assert standing_invoices(ledger) == before


def test_find_tells_standing_voided_several_and_absent(ledger, build):
    plan = with_contact(ledger, build)
    invoice = invoice_of(plan)
    (absent,) = ledger.target.find("invoice", [invoice])
    assert absent.standing is Standing.ABSENT
    (done,) = ledger.execute("invoice", [invoice], "1")
    (found,) = ledger.target.find("invoice", [invoice])
    assert (found.standing, dict(found.receipt)) == (Standing.STANDS, dict(done.receipt))
    ledger.execute("invoice", [invoice], "2")
    assert ledger.target.find("invoice", [invoice])[0].standing is Standing.SEVERAL
    for one in standing_invoices(ledger):
        ledger.sandbox.control.change_invoice(ledger.organisation.id, one["InvoiceID"], {"Status": "VOIDED"})
    assert ledger.target.find("invoice", [invoice])[0].standing is Standing.VOIDED


def test_find_tells_a_deleted_payment_from_an_absent_one(ledger, build):
    plan = planned(ledger, build)
    receipts = ledger.post(plan)
    first, second = payments_of(plan)
    ledger.sandbox.control.change_payment(ledger.organisation.id, receipts[first.key]["id"], {"status": "DELETED"})
    found = ledger.target.find("payment", [first, second, replace(first, key=first.key + "9")])
    assert [one.standing for one in found] == [Standing.VOIDED, Standing.STANDS, Standing.ABSENT]
    assert found[1].receipt == receipts[second.key]


def test_find_knows_a_contact_by_its_name(ledger, build):
    contact = planned(ledger, build).operations[0]
    assert ledger.target.find("contact", [contact])[0].standing is Standing.ABSENT
    (done,) = ledger.execute("contact", [contact], "c")
    (found,) = ledger.target.find("contact", [contact])
    assert (found.standing, found.receipt) == (Standing.STANDS, done.receipt)


def test_find_looks_up_many_keys_in_few_calls(ledger, build):
    invoice = invoice_of(with_contact(ledger, build))
    many = [replace(invoice, key=f"impos:eod/4417/2026-10-01.{number}/g1/invoice.1") for number in range(1, 51)]
    ledger.execute("invoice", [invoice], "one")
    ledger.context.calls.clear()
    found = ledger.target.find("invoice", many)
    assert [one.standing for one in found] == [Standing.STANDS, *[Standing.ABSENT] * 49]
    assert len(ledger.context.calls) <= 2


def test_inspecting_gives_back_what_was_planned(ledger, build):
    plan = planned(ledger, build, number="AH-1")
    receipts = ledger.post(plan)
    (document,) = plan.documents
    (found,) = ledger.target.inspect({document.key: receipts[document.key]}, OCTOBER)
    assert (found.key, found.standing, found.status) == (document.key, Standing.STANDS, "PAID")
    assert (found.number, found.day) == ("AH-1", DAY)
    assert (found.total, found.tax) == (document.total, document.tax)
    assert found.lines == {line.account.id: line.amount for line in document.lines}
    assert sorted((one.key, one.account, one.amount) for one in found.payments) == sorted(
        (one.key, one.account.id, one.amount) for one in document.payments
    )
    assert found.link == ""


def test_inspecting_sees_what_people_changed(ledger, build):
    receipts = ledger.post(planned(ledger, build))
    key = next(key for key in receipts if "/invoice." in key)
    for payment in [receipts[key]["id"] for key in receipts if "/payment." in key]:
        ledger.sandbox.control.change_payment(ledger.organisation.id, payment, {"status": "DELETED"})
    (found,) = ledger.target.inspect({key: receipts[key]}, OCTOBER)
    assert (found.status, found.payments) == ("AUTHORISED", ())
    ledger.sandbox.control.change_invoice(
        ledger.organisation.id, receipts[key]["id"], {"Date": "2026-11-15", "DueDate": "2026-11-15"}
    )
    (moved,) = ledger.target.inspect({key: receipts[key]}, OCTOBER)
    assert moved.day == date(2026, 11, 15)
    ledger.sandbox.control.change_invoice(ledger.organisation.id, receipts[key]["id"], {"Status": "VOIDED"})
    (voided,) = ledger.target.inspect({key: receipts[key]}, OCTOBER)
    assert voided.standing is Standing.VOIDED


def test_inspecting_tells_what_is_not_there(ledger):
    gone = {"a": {"id": "00000000-0000-0000-0000-00000000000a"}, "b": {}}
    found = {one.key: one.standing for one in ledger.target.inspect(gone, OCTOBER)}
    assert found == {"a": Standing.ABSENT, "b": Standing.ABSENT}


def test_a_line_of_an_exclusive_invoice_counts_with_its_tax(ledger, build):
    invoice = invoice_of(with_contact(ledger, build))
    exclusive = replace(invoice, payload={**invoice.payload, "LineAmountTypes": "Exclusive"})
    (done,) = ledger.execute("invoice", [exclusive], "x")
    (found,) = ledger.target.inspect({invoice.key: done.receipt}, OCTOBER)
    assert found.lines[ledger.accounts()["201"].id] == Decimal("121.00")
    assert sum(found.lines.values()) == found.total


def test_a_year_is_posted_in_batches_and_inspected_in_a_handful_of_calls(ledger, build):
    ledger.sandbox.world.switch(limit_minute=None, limit_concurrent=None)
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    survey = ledger.target.survey(year, SETTINGS)
    chart = ledger.accounts()
    units = []
    for day in year:
        lines = [build.line("110.00", chart["201"].id, name="Kitchen")]
        tenders = [
            build.tender("50.00", chart["611"].id),
            build.tender("40.00", chart["612"].id, "EFTPOS"),
            build.tender("20.00", chart["613"].id, "AMEX"),
        ]
        units.append(build.unit(build.day(lines, tenders, day)))
    plans = [ledger.target.plan(unit, survey, SETTINGS) for unit in units]
    ledger.context.calls.clear()
    receipts = ledger.post_all(plans)
    assert Counter(ledger.context.calls) == {"PUT Contacts": 1, "PUT Invoices": 8, "PUT Payments": 22}
    ledger.context.calls.clear()
    wanted = {plan.documents[0].key: receipts[plan.documents[0].key] for plan in plans}
    found = list(ledger.target.inspect(wanted, year))
    assert len(ledger.context.calls) <= 8
    assert {one.key for one in found} == set(wanted)
    assert all(one.status == "PAID" and len(one.payments) == 3 and one.payments[0].account for one in found)


def fault(ledger, **rule):
    ledger.sandbox.world.faults.add(rule)


@pytest.mark.parametrize(
    ("status", "reading", "writing"),
    [(429, RateLimited, RateLimited), (503, Unavailable, Unavailable), (500, Retry, None), (502, Retry, ReplyLost)],
)
def test_passing_faults_of_xero_instruct_the_core(ledger, build, status, reading, writing):
    contact = planned(ledger, build).operations[0]
    fault(ledger, do="status", status=status, retry_after=7, times=2)
    with pytest.raises(reading) as caught:
        ledger.target.chart()
    if status == 429:
        assert caught.value.after == timedelta(seconds=7)
    if writing:
        with pytest.raises(writing):
            ledger.execute("contact", [contact], "c")
    else:
        (outcome,) = ledger.execute("contact", [contact], "c")
        assert isinstance(outcome, Unknown)


def test_a_lost_reply_escapes_and_find_tells_what_became_of_it(ledger, build):
    contact = planned(ledger, build).operations[0]
    fault(ledger, do="commit_then_drop", match={"method": "PUT"})
    with pytest.raises(ReplyLost):
        ledger.execute("contact", [contact], "c")
    assert ledger.target.find("contact", [contact])[0].standing is Standing.STANDS


def test_the_real_limit_of_a_minute_is_met_as_a_rate_limit(ledger):
    ledger.sandbox.world.switch(limit_minute=1)
    with pytest.raises(RateLimited) as caught:
        ledger.target.chart()
    assert caught.value.scope == "minute"


def test_an_expired_token_is_told(ledger):
    ledger.sandbox.control.expire_access_tokens()
    with pytest.raises(AuthorisationExpired, match="TokenExpired"):
        ledger.target.check()
    with pytest.raises(AuthorisationExpired):
        organisations(ledger.context, ledger.installation)


def test_a_missing_scope_is_a_matter_of_settings_and_not_of_a_new_token(connect):
    without = connect("openid", "offline_access", "accounting.invoices")
    with pytest.raises(Misconfigured) as caught:
        without.target.check()
    assert caught.value.field == "scopes"


def test_an_organisation_cut_off_in_xero_is_disconnected(ledger):
    ledger.sandbox.control.disconnect(ledger.organisation.id)
    with pytest.raises(Disconnected):
        ledger.target.check()
    assert organisations(ledger.context, ledger.installation) == ()


def test_an_address_that_is_not_xeros_is_a_matter_of_settings(ledger):
    wrong = ledger.installation.model_copy(update={"api_url": ledger.sandbox.url + "/api.xro/9.9"})
    target = open_target(wrong, NoSettings(), ledger.organisation.id, ledger.context)
    with pytest.raises(Misconfigured) as caught:
        target.check()
    assert caught.value.field == "api_url"


def test_disconnecting_ends_the_connection_at_xero_and_may_be_repeated(ledger):
    disconnect(ledger.context, ledger.installation, ledger.organisation)
    disconnect(ledger.context, ledger.installation, ledger.organisation)
    with pytest.raises(Disconnected):
        ledger.target.check()


def test_one_user_has_one_subject_in_every_token(ledger, connect):
    assert subject(ledger.token_reply) == subject(connect("openid", "accounting.contacts").token_reply)
