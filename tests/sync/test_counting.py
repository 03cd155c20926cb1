"""What a run counts of the documents and payments that it made."""

from __future__ import annotations

from tests.sync.rows import opened

from takings.store.journal import OperationRow
from takings.sync.counting import count_made


def test_of_what_stood_already_only_payments_that_were_sent_to_this_organisation_are_counted() -> None:
    with opened() as rows:
        keys = ["pos:eod/1/2026-10-01.1/g1/payment.1", "pos:eod/1/2026-10-01.1/g1/payment.2"]
        documents = [{"payments": [{"key": key} for key in keys]}]
        unit = rows.unit("pos:eod/1/2026-10-01.1/g1", documents=documents, taken_over=True)
        here, elsewhere = rows.joint.organisation, "fake:ledger/2"
        # To the other organisation both were sent, before the integration was connected to this one.
        for organisation, key, call in ((here, keys[0], 7), *((elsewhere, key, 8) for key in keys)):
            row = OperationRow(
                owner="local", organisation=organisation, key=key, kind="payment", state="done", call_id=call
            )
            rows.session.add(row)
        found = count_made(rows.session, rows.joint, [unit.id or 0])
    assert found == {"documents": 0, "payments": 1, "taken_over": 1}
