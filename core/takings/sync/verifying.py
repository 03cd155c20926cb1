"""Compares what was posted with what the ledger holds now, document by document, to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, col, select

from takings.domain.day import Prices
from takings.domain.findings import Finding
from takings.domain.mapping import LedgerRef
from takings.domain.money import ZERO, show_amount
from takings.domain.period import Period
from takings.plugin.documents import (
    Document,
    DocumentLine,
    DocumentPayment,
    InspectedPayment,
    Inspection,
    Standing,
)
from takings.plugin.targets import Target
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import columns
from takings.sync.encoding import decode_document
from takings.sync.in_books import AT_REST, as_made, not_made
from takings.sync.joint import Joint, ProgressCall, Services, no_progress
from takings.sync.mapped import taken_of
from takings.sync.operations import load_receipts
from takings.sync.opposites import is_reversed, standing_pairs
from takings.views import Progress

#: Of so many documents each is looked up by its key; of more, all are read.
_FEW = 500

#: What mends that a document is gone: hardly a ledger brings one back (voided and deleted are final in most).
_POST_ANEW = (
    "Find out why. Decide to post the day anew where its takings belong in the books; else undo it, and decide that "
    "it is never posted"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A document that was posted, as it was planned, with the number that the ledger gave it.

    One that `is_settled` was taken back by an opposite document, or is such a one: each may settle the other. `taken`
    are the takings in it, which it may come to or not; a customer's document only moves them on.
    """

    document: Document
    number: str
    receipt: Mapping[str, str]
    is_settled: bool = False
    taken: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A posted document, how the ledger holds it now, and where the two differ."""

    posting: Posting
    inspection: Inspection
    differences: tuple[Finding, ...]


def load_postings(
    session: Session, joint: Joint, period: Period | None, *, documents: Collection[str] | None = None
) -> list[Posting]:
    """Read what was posted for a period, in order of its dates; `documents` are the keys of those wanted.

    A payment that was never made, as on a document that is posted in part, is left out.
    """
    query = select(UnitRow).where(
        UnitRow.integration_id == joint.integration.id,
        UnitRow.organisation == joint.organisation,
        col(UnitRow.state).in_(AT_REST) | is_reversed(),
    )
    if period:
        query = query.where(UnitRow.first >= period.first, UnitRow.last <= period.last)
    if documents is not None and len(documents) <= _FEW:
        named = columns(OperationRow.unit_id).where(
            OperationRow.organisation == joint.organisation, col(OperationRow.key).in_(documents)
        )
        query = query.where(col(UnitRow.id).in_(named))
    units = session.exec(query.order_by(col(UnitRow.first), col(UnitRow.key))).all()
    planned = [
        (unit, document)
        for unit in units
        for document in _standing(unit)
        if documents is None or document.key in documents
    ]
    keys = [document.key for _, document in planned]
    receipts = load_receipts(session, joint.organisation, keys)
    lacking = not_made(session, joint.integration.id, period)
    return [
        Posting(
            document=as_made(document, lacking),
            number=receipts[document.key].get("number") or document.number or "",
            receipt=receipts[document.key],
            is_settled=unit.state not in AT_REST,
            taken=_taken(unit, document),
        )
        for unit, document in planned
        if document.key in receipts
    ]


def _taken(unit: UnitRow, document: Document) -> Decimal:
    """Return the takings of a unit for its main document, and against the opposite of that."""
    main = next((one["key"] for one in unit.documents if not one.get("customer")), "")
    if document.key == main:
        return taken_of(unit)
    return -taken_of(unit) if main and document.reverses == main else ZERO


def _standing(unit: UnitRow) -> Sequence[Document]:
    """Return the documents of a unit that stand: also of one that was taken back by opposite documents."""
    return [decode_document(one) for one in unit.documents] if unit.state in AT_REST else standing_pairs(unit)


def verify_postings(
    services: Services,
    joint: Joint,
    target: Target,
    *,
    postings: Sequence[Posting],
    progress: ProgressCall = no_progress,
) -> list[Checked]:
    """Read the documents back and compare them."""
    if not postings:
        return []
    days = [posting.document.day for posting in postings]
    receipts = {posting.document.key: posting.receipt for posting in postings}
    found: dict[str, Inspection] = {}
    doubled: dict[str, list[Inspection]] = {}
    guard = services.host.guard(joint.integration.target_component)
    for inspection in guard.iterate(lambda: target.inspect(receipts, Period(min(days), max(days)))):
        if inspection.standing is Standing.SEVERAL:
            doubled.setdefault(inspection.key, []).append(inspection)
            continue
        found[inspection.key] = inspection
        progress(Progress(phase="verify", done=len(found), total=len(postings)))
    checked = []
    for posting in postings:
        key = posting.document.key
        inspection = found.get(key) or Inspection(key=key, standing=Standing.ABSENT)
        differences = (*compare(posting, inspection), *(_doubled(posting, one) for one in doubled.get(key, ())))
        checked.append(Checked(posting=posting, inspection=inspection, differences=differences))
    return checked


def compare(posting: Posting, inspection: Inspection) -> tuple[Finding, ...]:
    """Say where a document differs from what was posted. Pure."""
    document = posting.document
    if inspection.standing is not Standing.STANDS:
        return (_gone(posting, inspection),)
    currency = document.currency
    reference = document.key if inspection.reference is None else inspection.reference or "nothing"
    pairs = [
        ("reference", document.key, reference),
        ("number", _number_of(posting) or inspection.number, inspection.number),
        ("date", str(document.day), str(inspection.day)),
        ("total", show_amount(document.total, currency), show_amount(inspection.total, currency)),
        ("tax", show_amount(document.tax, currency), show_amount(inspection.tax, currency)),
    ]
    found = [_differs(posting, name, ours, theirs=theirs) for name, ours, theirs in pairs if ours != theirs]
    if document.customer:  # what a customer pays on an invoice is no difference
        return (*found, *_compare_lines(posting, inspection))
    return (*found, *_compare_lines(posting, inspection), *_compare_payments(posting, inspection))


def _number_of(posting: Posting) -> str:
    """Return the number that was given; nothing where neither we nor the ledger gave one, only its id names it."""
    return "" if posting.number == posting.receipt.get("id") else posting.number


def _compare_lines(posting: Posting, inspection: Inspection) -> list[Finding]:
    planned: dict[str, Decimal] = defaultdict(lambda: ZERO)
    names: dict[str, str] = {}
    for line in posting.document.lines:
        planned[line.account.id] += line.amount
        names[line.account.id] = str(line.account)
    currency = posting.document.currency
    found = [
        _differs(
            posting,
            f"lines on {names.get(account, account)}",
            show_amount(planned.get(account, ZERO), currency),
            theirs=show_amount(inspection.lines.get(account, ZERO), currency),
        )
        for account in sorted({*planned, *inspection.lines})
        if planned.get(account, ZERO) != inspection.lines.get(account, ZERO)
    ]
    # What moved to another account moved there with its rate and its option: said once.
    return found or [*_compare_rates(posting, inspection), *_compare_options(posting, inspection)]


def _compare_rates(posting: Posting, inspection: Inspection) -> list[Finding]:
    document = posting.document
    if inspection.rated is None or document.prices is Prices.NO_TAX or any(one.tax is None for one in document.lines):
        return []
    rates = [(line, line.tax) for line in document.lines]
    return _compare_parts(posting, "at", rates, theirs=inspection.rated)


def _compare_options(posting: Posting, inspection: Inspection) -> list[Finding]:
    """Compare tracking options where the document was posted with any: others may track what was posted without."""
    if inspection.tracked is None or all(one.option is None for one in posting.document.lines):
        return []
    options = [(line, line.option) for line in posting.document.lines]
    # Of those that were posted: a line may have options of other categories beside it.
    known = {(line.account.id, line.option.id) for line in posting.document.lines if line.option}
    theirs = {place: amount for place, amount in inspection.tracked.items() if place in known}
    return _compare_parts(posting, "for", [one for one in options if one[1]], theirs=theirs)


def _compare_parts(
    posting: Posting,
    word: str,
    parts: Sequence[tuple[DocumentLine, LedgerRef | None]],
    *,
    theirs: Mapping[tuple[str, str], Decimal],
) -> list[Finding]:
    """Compare the lines of each account by their rate or their option."""
    ours: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    names: dict[str, str] = {"": "none"}
    for line, ref in parts:
        ours[line.account.id, ref.id if ref else ""] += line.amount
        names[line.account.id] = str(line.account)
        if ref:
            names[ref.id] = str(ref)
    currency = posting.document.currency
    return [
        _differs(
            posting,
            f"lines on {names.get(account, account)} {word} {names.get(part, part)}",
            show_amount(ours.get((account, part), ZERO), currency),
            theirs=show_amount(theirs.get((account, part), ZERO), currency),
        )
        for account, part in sorted({*ours, *theirs})
        if ours.get((account, part), ZERO) != theirs.get((account, part), ZERO)
    ]


def _compare_payments(posting: Posting, inspection: Inspection) -> list[Finding]:
    currency = posting.document.currency
    theirs: dict[str, InspectedPayment] = {}
    foreign: list[InspectedPayment] = []
    for payment in inspection.payments:
        if payment.key and payment.key not in theirs:
            theirs[payment.key] = payment
        else:
            foreign.append(payment)  # entered there, or ours a second time
    if posting.is_settled and sum((one.amount for one in foreign), ZERO) == inspection.credited:
        foreign = []  # what a document and its opposite settle of each other
    found = []
    for ours in posting.document.payments:
        standing = theirs.pop(ours.key, None)
        if standing is None:
            found.append(_payment_removed(posting, ours))
            continue
        if standing.amount != ours.amount:
            found.append(
                _differs(
                    posting,
                    f"payment to {ours.account}",
                    show_amount(ours.amount, currency),
                    theirs=show_amount(standing.amount, currency),
                )
            )
        if standing.account and standing.account != ours.account.id:
            found.append(_differs(posting, "account of a payment", str(ours.account), theirs=standing.account))
    return found + [_foreign(posting, payment) for payment in (*theirs.values(), *foreign)]


def _differs(posting: Posting, name: str, ours: str, *, theirs: str) -> Finding:
    return Finding(
        code="verify.differs",
        what=f"{_named(posting)}: the {name} was posted as {ours}, the ledger says {theirs}",
        why="Somebody or something edited it in the ledger after it was posted",
        do="Put it right in the ledger",
        where="verify",
        subject=posting.document.key,
    )


def _gone(posting: Posting, inspection: Inspection) -> Finding:
    """A voided document, or one that is not there; some ledgers keep what was deleted and call it so."""
    if inspection.standing is Standing.VOIDED and "delet" not in inspection.status.casefold():
        return Finding(
            code="verify.voided",
            what=f"{_named(posting)}: it was voided in the ledger",
            why="Somebody voided it there, and its takings are in the books no longer",
            do=_POST_ANEW,
            where="verify",
            subject=posting.document.key,
        )
    return Finding(
        code="verify.deleted",
        what=f"{_named(posting)}: it was deleted in the ledger",
        why="Somebody deleted it there, and its takings are in the books no longer",
        do=_POST_ANEW,
        where="verify",
        subject=posting.document.key,
    )


def _payment_removed(posting: Posting, payment: DocumentPayment) -> Finding:
    amount = show_amount(payment.amount, posting.document.currency)
    return Finding(
        code="verify.payment_removed",
        what=f"{_named(posting)}: the payment of {amount} to {payment.account} was removed in the ledger",
        why="Somebody removed it there, perhaps to match the bank's line otherwise",
        do="Enter it again in the ledger if it is missing there",
        where="verify",
        subject=posting.document.key,
    )


def _foreign(posting: Posting, payment: InspectedPayment) -> Finding:
    currency = posting.document.currency
    return Finding(
        code="verify.foreign_payment",
        what=f"{_named(posting)}: the ledger has a payment of {show_amount(payment.amount, currency)} {currency} "
        "that was not posted from here",
        why="Somebody entered or changed a payment in the ledger",
        do="Remove it in the ledger if it is not meant",
        where="verify",
        subject=posting.document.key,
    )


def _doubled(posting: Posting, inspection: Inspection) -> Finding:
    return Finding(
        code="verify.doubled",
        what=f"{_named(posting)}: the ledger holds it a second time, as {inspection.number}",
        why="It was copied there by hand, or posted twice",
        do=f"Void {inspection.number} in the ledger if it is the surplus one",
        where="verify",
        subject=posting.document.key,
    )


def _named(posting: Posting) -> str:
    document = posting.document
    return f"{document.day} {document.kind} {posting.number or document.key}"


def still_posted(session: Session, joint: Joint, checked: Sequence[Checked]) -> list[Checked]:
    """Leave those out that were taken back or posted otherwise while the ledger was read."""
    if not any(one.differences for one in checked):
        return list(checked)
    keys = {one.posting.document.key for one in checked}
    now = {one.document.key: one for one in load_postings(session, joint, None, documents=keys)}
    return [one for one in checked if not one.differences or now.get(one.posting.document.key) == one.posting]


def load_for_verify(
    services: Services, joint: Joint, period: Period | None, *, documents: Collection[str] | None = None
) -> list[Posting]:
    """Read what is to be verified in a transaction of its own."""
    with services.database.read() as session:
        return load_postings(session, joint, period, documents=documents)
