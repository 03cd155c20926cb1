"""House accounts as an invoice for each customer: contacts, clearing, what is paid on them, and the way back."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select
from tests.engine.conftest import Ready
from tests.engine.test_half_done import failing
from tests.support.chain import Venue
from tests.support.month import Month, Record

from takings.plugin import Call, Operation
from takings.store.tables import Integration
from takings.sync.joint import load_joint, open_target
from takings.views import LOCAL

DAY = date(2026, 10, 1)
HOUSE, RECEIVABLE = "615", "610"
SMITH, JONES = "Smith & Co", 'The "Jones" family'


def with_customers(record: Record, *shares: tuple[str, str], paid: tuple[str, str] | None = None) -> Record:
    """The same day, with a house account of these customers in place of what it had; cash takes the rest."""
    made = copy.deepcopy(record)
    total = sum((Decimal(amount) for _, amount in shares), Decimal(0))
    made["house_account_sales"] = [{"customer": name, "amount": amount} for name, amount in shares]
    cash = next(one for one in made["payments"] if one["paymethod"] == "CASH")
    house = next((one for one in made["payments"] if one["paymethod"] == "ACCT"), None)
    if house is None:
        house = {"paymethod": "ACCT", "name": "House Account", "count": 1, "recorded": "0.00", "counted": "0.00"}
        made["payments"].append(house)
    moved = Decimal(house["counted"]) - total
    made["account_payments"] = []
    before = sum((Decimal(one["amount"]) for one in record["account_payments"]), Decimal(0))
    if paid:
        made["account_payments"] = [{"account": "ACCT-PAY", "customer": paid[0], "amount": paid[1]}]
    now = sum((Decimal(one["amount"]) for one in made["account_payments"]), Decimal(0))
    for name in ("recorded", "counted"):
        cash[name] = f"{Decimal(cash[name]) + moved + now - before:.2f}"
        house[name] = f"{total:.2f}"
    return made


def customers(ready: Ready, records: list[Record], **more: Any) -> Venue:
    venue = ready(0, target_settings={"house_accounts": "customers", **more})
    assert venue.push(records).accepted
    return venue


def invoices(venue: Venue) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in venue.books.documents()["Invoices"]:
        if one["Status"] in ("AUTHORISED", "PAID"):
            found.setdefault(one["Contact"]["Name"], []).append(str(one["Total"]))
    return found


def pay_by_hand(venue: Venue, invoice: str, amount: str) -> None:
    """Pay an invoice as somebody does in the ledger."""
    with venue.engine.database.read() as session:
        row = session.exec(select(Integration)).one()
        joint = load_joint(session, venue.engine._services, row)
    target = open_target(venue.engine._services, joint)
    accounts = {one.code: one.id for one in target.chart().accounts}
    payload = {
        "Invoice": {"InvoiceID": invoice},
        "Account": {"AccountID": accounts["611"]},
        "Date": "2026-10-20",
        "Amount": amount,
        "Reference": "By hand",
    }
    paid = Operation(key="by-hand/payment.1", kind="payment", payload=payload)
    target.execute(
        Call(key=f"by-hand-{invoice}", kind="payment", operations=(paid,), body=target.prepare("payment", [paid]))
    )


@pytest.fixture
def first(made_up: Month) -> Record:
    return with_customers(made_up.first[0], (SMITH, "120.50"), (JONES, "80.00"), (SMITH, "9.50"))


def test_each_customer_gets_an_invoice_and_the_clearing_account_is_even(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    run = venue.sync()
    assert run.state == "done", run.findings
    found = invoices(venue)
    assert (found[SMITH], found["The 'Jones' family"]) == (["130.00"], ["80.00"])
    balances = venue.books.balances()
    assert (balances.get(HOUSE, Decimal(0)), balances[RECEIVABLE]) == (Decimal("0.00"), Decimal("210.00"))
    verified = venue.engine.verify(LOCAL, "anchor")
    assert verified.agrees, verified.differences
    assert verified.documents == 3
    shown = venue.engine.days(LOCAL, "anchor")
    assert [one.state for one in shown] == ["posted"]
    assert verified.total == sum(one.signed_total for one in verified.checked if not one.customer)


def test_each_document_of_a_day_is_called_by_its_own_number(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    run = venue.sync()
    held = {str(one["InvoiceNumber"]): str(one["Total"]) for one in venue.books.documents()["Invoices"]}
    assert len(held) == 3
    posted = run.documents
    shown = venue.engine.documents(LOCAL, "anchor")
    for documents in (posted, shown):
        assert {one.number: str(one.total) for one in documents} == held
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert Decimal(held[day.number]) == max(Decimal(one) for one in held.values())


def test_what_a_customer_pays_on_the_account_is_taken_off_what_is_owed(ready: Ready, made_up: Month) -> None:
    record = with_customers(made_up.first[0], (SMITH, "100.00"), paid=(JONES, "40.00"))
    venue = customers(ready, [record])
    assert venue.sync().state == "done"
    (note,) = venue.books.credit_notes()
    assert (note["Contact"]["Name"], str(note["Total"])) == ("The 'Jones' family", "40.00")
    balances = venue.books.balances()
    assert (balances.get(HOUSE, Decimal(0)), balances[RECEIVABLE]) == (Decimal("0.00"), Decimal("60.00"))


def test_a_customer_that_xero_knows_is_found_and_made_only_once(ready: Ready, made_up: Month) -> None:
    venue = customers(ready, [with_customers(one, (SMITH, "10.00")) for one in made_up.first[:2]])
    line = {"Description": "A keg", "Quantity": 1, "UnitAmount": "5.00", "AccountCode": "201"}
    venue.books.change("invoices", Type="ACCREC", Contact={"Name": SMITH}, Date="2026-10-09", LineItems=[line])
    assert venue.sync().state == "done", [one.findings for one in venue.engine.days(LOCAL, "anchor")]
    names = [one["Name"] for one in venue.books.documents()["Contacts"]]
    assert [one for one in names if one.casefold() == SMITH.casefold()] == [SMITH]
    assert invoices(venue)[SMITH] == ["10.00", "10.00"]


def test_by_default_house_accounts_stay_on_their_clearing_account(ready: Ready, first: Record) -> None:
    venue = ready(0)
    assert venue.push([first]).accepted
    venue.sync()
    assert SMITH not in invoices(venue)
    assert venue.books.balances()[HOUSE] == Decimal("210.00")


def test_undo_takes_the_invoices_of_customers_back_too(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    venue.sync()
    run = venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=3)
    assert run.state == "done", run.findings
    assert (invoices(venue), any(venue.books.balances().values())) == ({}, False)
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert venue.sync().state == "done"
    assert invoices(venue)[SMITH] == ["130.00"]


def test_an_invoice_that_its_customer_paid_is_no_difference_and_keeps_the_day(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    venue.sync()
    invoice = next(one for one in venue.books.documents()["Invoices"] if one["Contact"]["Name"] == SMITH)
    pay_by_hand(venue, str(invoice["InvoiceID"]), "130.00")
    assert venue.engine.verify(LOCAL, "anchor").agrees
    preview = venue.engine.preview_undo(LOCAL, "anchor", days=[DAY])
    assert (preview.count, len(preview.left)) == (0, 3)


def test_a_lost_database_makes_no_invoice_twice(ready: Ready, first: Record) -> None:
    lost = customers(ready, [first])
    lost.engine.configure(LOCAL, "anchor", numbering="builtin:dated")
    lost.sync()
    standing = lost.books.documents()
    anew = ready(0, target_settings={"house_accounts": "customers"}, books=lost.books)
    anew.engine.configure(LOCAL, "anchor", numbering="builtin:dated")
    assert anew.push([first]).accepted
    run = anew.sync()
    assert run.state == "done", run.findings
    assert anew.books.documents() == standing


def test_a_day_whose_customers_changed_is_posted_anew_and_not_adjusted(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    venue.sync()
    other = with_customers(first, (SMITH, "100.00"), (JONES, "110.00"))
    assert venue.push([other | {"revision": 2}]).accepted
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    venue.sync()
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.code for one in day.findings]) == ("changed", ["day.customers_changed"])
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert venue.sync().state == "done"
    assert (invoices(venue)[SMITH], invoices(venue)["The 'Jones' family"]) == (["100.00"], ["110.00"])


def test_customers_of_a_week_get_an_invoice_for_each_day(ready: Ready, made_up: Month) -> None:
    records = [with_customers(one, (SMITH, f"{n}0.00")) for n, one in enumerate(made_up.first[:4], start=1)]
    venue = customers(ready, records)
    venue.engine.configure(LOCAL, "anchor", combining="week")
    assert venue.sync().state == "done"
    assert sorted(invoices(venue)[SMITH]) == ["10.00", "20.00", "30.00", "40.00"]
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_a_house_account_that_is_left_open_holds_the_day(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="ACCT", choice="leave_open")
    venue.sync()
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.code for one in day.findings]) == ("held", ["xero.customer_left_open"])


def active(venue: Venue) -> list[str]:
    return [one["Name"] for one in venue.books.documents()["Contacts"] if one["ContactStatus"] == "ACTIVE"]


def test_a_contact_that_was_refused_is_tried_again_with_what_is_left_of_its_day(ready: Ready, made_up: Month) -> None:
    venue = customers(ready, [made_up.first[1]])
    assert venue.sync().state == "done"
    venue.push([with_customers(made_up.first[0], (SMITH, "120.50"))])
    with failing(venue, "PUT", "Contacts", status=400, times=None):
        for _ in range(2):
            run = venue.sync()
            assert (run.state, venue.states()["2026-10-01/1"]) == ("problems", "partly")
    assert SMITH not in active(venue)
    assert venue.sync().state == "done"
    assert (venue.states()["2026-10-01/1"], invoices(venue)[SMITH]) == ("posted", ["120.50"])
    assert [one.findings for one in venue.engine.days(LOCAL, "anchor")] == [(), ()]
    assert active(venue).count(SMITH) == 1


def with_archived(ready: Ready, made_up: Month) -> tuple[Venue, str]:
    """A venue whose day has a customer that Xero knows and somebody archived, and that contact's id."""
    venue = customers(ready, [with_customers(made_up.first[0], (SMITH, "120.50"), (JONES, "80.00"))])
    line = {"Description": "A keg", "Quantity": 1, "UnitAmount": "5.00", "AccountCode": "201"}
    venue.books.change("invoices", Type="ACCREC", Contact={"Name": SMITH}, Date="2026-10-09", LineItems=[line])
    (contact,) = (one["ContactID"] for one in venue.books.documents()["Contacts"] if one["Name"] == SMITH)
    venue.books.change(f"contacts/{contact}", ContactStatus="ARCHIVED")
    return venue, contact


def test_a_customer_who_is_archived_is_to_be_restored_and_is_not_made_again(ready: Ready, made_up: Month) -> None:
    venue, contact = with_archived(ready, made_up)
    for _ in range(2):
        assert venue.sync().state == "problems"
        (day,) = venue.engine.days(LOCAL, "anchor")
        assert (day.state, [one.code for one in day.findings]) == ("partly", ["xero.contact_archived"])
    assert "Restore the contact" in day.findings[0].do
    assert "repost" not in venue.engine.difference(LOCAL, "anchor", DAY).allowed
    venue.books.change(f"contacts/{contact}", ContactStatus="ACTIVE")
    assert venue.sync().state == "done"
    assert (venue.states(), invoices(venue)[SMITH]) == ({"2026-10-01/1": "posted"}, ["120.50"])
    assert active(venue).count(SMITH) == 1


def test_a_customer_whose_contact_an_earlier_day_made_is_named_when_it_was_archived(
    ready: Ready, made_up: Month
) -> None:
    venue = customers(ready, [with_customers(made_up.first[0], (SMITH, "120.50"))])
    assert venue.sync().state == "done"
    (contact,) = (one["ContactID"] for one in venue.books.documents()["Contacts"] if one["Name"] == SMITH)
    venue.books.change(f"contacts/{contact}", ContactStatus="ARCHIVED")
    venue.push([with_customers(made_up.first[1], (SMITH, "80.00"))])
    assert venue.sync().state == "problems"
    (found,) = venue.engine.days(LOCAL, "anchor")[1].findings
    assert (found.code, found.subject, found.where) == ("xero.contact_archived", SMITH, "ledger")
    assert SMITH in found.what
    assert "another contact name" not in found.do
    assert "un-archived" in found.verbatim
    venue.books.change(f"contacts/{contact}", ContactStatus="ACTIVE")
    assert venue.sync().state == "done"
    assert (venue.states()["2026-10-02/1"], invoices(venue)[SMITH]) == ("posted", ["120.50", "80.00"])


def test_what_stands_of_a_day_in_part_is_called_by_its_numbers(ready: Ready, made_up: Month) -> None:
    venue, contact = with_archived(ready, made_up)
    venue.sync()
    held = {str(one["Total"]): str(one["InvoiceNumber"]) for one in venue.books.invoices()}
    main, jones = held[max(held, key=Decimal)], held["80.00"]
    named = [main, jones]
    assert [one.number for one in venue.engine.days(LOCAL, "anchor")] == [main]
    smith = next(one for one in venue.engine.documents(LOCAL, "anchor") if one.customer == SMITH)
    of_the_day = venue.engine.day(LOCAL, "anchor", DAY).documents
    for documents in (of_the_day, venue.engine.documents(LOCAL, "anchor")):
        assert sorted(one.number for one in documents if one.customer != SMITH) == sorted(named)
        assert [one.number for one in documents if one.customer == SMITH] == [""]
    (close,) = venue.engine.day_sheet(LOCAL, "anchor", DAY).closes
    assert sorted(one.number for one in close.documents) == sorted(named)
    undo = venue.engine.preview_undo(LOCAL, "anchor", days=[DAY])
    assert sorted(one.number for one in undo.documents) == sorted(named)
    assert sorted(venue.engine.month_summary(LOCAL, "anchor", DAY).days[0].numbers) == sorted(named)
    venue.books.change(f"contacts/{contact}", ContactStatus="ACTIVE")
    assert venue.sync().state == "done"
    numbers = {one.key: one.number for one in venue.engine.documents(LOCAL, "anchor")}
    given = {str(one["InvoiceNumber"]) for one in venue.books.invoices() if one["Contact"]["Name"] == SMITH}
    assert numbers[smith.key] in given - set(named)
    assert set(numbers.values()) == {*named, numbers[smith.key]}


def test_a_day_that_is_undone_and_posted_anew_makes_no_archived_customer_again(ready: Ready, made_up: Month) -> None:
    venue, _ = with_archived(ready, made_up)
    venue.sync()
    assert venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=2).state == "done"
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert venue.sync().state == "problems"
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.code for one in day.findings]) == ("partly", ["xero.contact_archived"])
    assert SMITH not in active(venue)


def known_as(venue: Venue, name: str, **fields: str) -> str:
    """Make a contact as somebody does in the ledger; returns its id."""
    line = {"Description": "A keg", "Quantity": 1, "UnitAmount": "5.00", "AccountCode": "201"}
    contact = {"Name": name, **fields}
    made = venue.books.change("invoices", Type="ACCREC", Contact=contact, Date="2026-10-09", LineItems=[line])
    return str(made["Contact"]["ContactID"])


def test_a_customer_who_was_renamed_in_xero_is_found_again_by_a_lost_database(ready: Ready, made_up: Month) -> None:
    lost = customers(ready, [with_customers(made_up.first[0], (SMITH, "120.50"))])
    assert lost.sync().state == "done"
    (contact,) = (one["ContactID"] for one in lost.books.documents()["Contacts"] if one["Name"] == SMITH)
    lost.books.change(f"contacts/{contact}", Name="Smith Holdings")
    anew = ready(0, target_settings={"house_accounts": "customers"}, books=lost.books)
    assert anew.push([with_customers(made_up.first[1], (SMITH, "10.00"))]).accepted
    run = anew.sync()
    assert run.state == "done", run.findings
    to = {str(one["Total"]): one["Contact"]["ContactID"] for one in anew.books.documents()["Invoices"]}
    assert to["10.00"] == to["120.50"] == contact
    assert SMITH not in active(anew)


def test_a_customer_is_found_by_the_account_number_of_a_contact(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    contact = known_as(venue, "Smith Holdings", AccountNumber=SMITH)
    assert venue.sync().state == "done"
    assert (invoices(venue)["Smith Holdings"], SMITH in active(venue)) == (["130.00"], False)
    assert [one["ContactID"] for one in venue.books.documents()["Contacts"]].count(contact) == 1


def test_two_contacts_for_one_customer_are_told_and_neither_is_invoiced(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    known_as(venue, "Smith Holdings", AccountNumber=SMITH)
    second = known_as(venue, "Smith Catering", AccountNumber=SMITH)
    for _ in range(2):
        assert venue.sync().state == "problems"
        (day,) = venue.engine.days(LOCAL, "anchor")
        assert (day.state, [one.code for one in day.findings]) == ("partly", ["xero.contact_twice"])
    assert not {"Smith Holdings", "Smith Catering", SMITH} & invoices(venue).keys()
    venue.books.change(f"contacts/{second}", AccountNumber="")
    assert venue.sync().state == "done"
    assert (venue.states(), invoices(venue)["Smith Holdings"]) == ({"2026-10-01/1": "posted"}, ["130.00"])


def test_a_customers_number_that_is_taken_holds_the_day_before_anything_stands(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    venue.engine.configure(LOCAL, "anchor", numbering="builtin:dated")
    line = {"Description": "A keg", "Quantity": 1, "UnitAmount": "5.00", "AccountCode": "201"}
    by_hand = {"Contact": {"Name": "Somebody"}, "Date": "2026-10-01", "InvoiceNumber": "S26100100-2"}
    venue.books.change("invoices", Type="ACCREC", LineItems=[line], **by_hand)
    venue.sync()
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [(one.code, one.subject) for one in day.findings if one.severity == "error"]) == (
        "held", [("xero.number_taken", "S26100100-2")]
    )  # fmt: skip
    assert venue.books.invoices() == []
    venue.books.change("invoices/S26100100-2", InvoiceNumber="KEG-1")
    assert venue.sync().state == "done"
    assert invoices(venue)[SMITH] == ["130.00"]


def test_what_customers_took_otherwise_is_told_with_the_day(ready: Ready, first: Record) -> None:
    venue = customers(ready, [first])
    venue.sync()
    shared = with_customers(first, (SMITH, "50.00"), (JONES, "160.00")) | {"revision": 2}
    assert venue.push([shared]).accepted
    found = venue.engine.difference(LOCAL, "anchor", date(2026, 10, 1))
    assert (found.state, found.differs) == ("changed", True)
    assert not [one for one in found.lines if one.change]
    told = [f"customer {JONES} (ACCT) 80.00 → 160.00", f"customer {SMITH} (ACCT) 130.00 → 50.00"]
    assert sorted(found.changes) == sorted(told)
    assert all(one in found.findings[0].why for one in told)
