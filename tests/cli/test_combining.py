"""What becomes one document, closed dates and waiting payments, at the command line."""

from __future__ import annotations

from tests.cli.test_commands import fits
from tests.cli.world import Run, World


def test_what_becomes_one_document_is_set_and_shown(run: Run, world: World):
    set_ = ("integrations", "set", "anchor")
    shown = run(*set_, "--combine", "week", "--week-starts", "Tuesday", "--json", *world.options).json
    assert (shown["combining"], shown["week_starts"]) == ("week", "tuesday")
    text = run(*set_, "--closed", "2026-12-25", "--closed", "2026-12-26", *world.options).out
    assert "One document for:" in text
    assert "each week, from Tuesday on" in text
    assert "2026-12-25, 2026-12-26" in text
    back = run(*set_, "--combine", "close", "--not-closed", "2026-12-26", "--json", *world.options).json
    assert (back["combining"], back["closed"]) == ("close", ["2026-12-25"])
    assert run(*set_, "--combine", "year", *world.options).code == 2


def test_payments_that_wait_are_listed_and_there_are_none_of_approved_invoices(run: Run, world: World):
    listed = run("payments", "anchor", "--list", "--json", *world.options)
    assert (fits(listed.json, "Unpaid")["count"], listed.code) == (0, 0)
    assert "No payments can be posted now." in run("payments", "anchor", *world.options).out
    shown = run("integrations", "set", "anchor", "--pay-approved", "itself", "--json", *world.options).json
    assert shown["pay_approved"]
    assert "when somebody asks" in run("integrations", "set", "anchor", "--pay-approved", "asked", *world.options).out


def test_what_was_edited_in_the_ledger_is_left_and_the_command_does_not_end_well(run: Run, private: World):
    assert run("integrations", "set", "anchor", "--set", "status=DRAFT", *private.options).code == 0
    period = ("--from", "2026-10-06", "--to", "2026-10-08")
    assert run("sync", "anchor", *period, "--confirm", "3", *private.options).code == 0
    control, client = private.target["control"], private.client
    base = f"{control}/organisations/{client.get(f'{control}/organisations').json()[0]['tenant']}"
    drafts = [one for one in client.get(f"{base}/documents").json()["Invoices"] if one["Status"] == "DRAFT"]
    lines = [{"Description": "Only this", "Quantity": 1, "UnitAmount": 5, "AccountCode": "201"}]
    for draft, change in zip(drafts, ({}, {}, {"LineItems": lines}), strict=True):
        changed = client.post(f"{base}/invoices/{draft['InvoiceID']}", json={**change, "Status": "AUTHORISED"})
        changed.raise_for_status()
    paid = run("payments", "anchor", "--confirm", "2", *private.options)
    assert "its payments are not posted" in paid.out + paid.err
    assert ("Done: " in paid.out, paid.code) == (True, 1)
