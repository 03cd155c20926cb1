"""The difference between what was posted for a day and what the source says of it now, as a day of its own. Pure.

Lines are netted by ledger account and tax rate, by the setting that gave them another rate than their code's, and by
what a ledger may track: department, category and day part.
Tenders are netted by payment method and account. A day that is mapped otherwise now than when it was posted gives
back what stands in the old place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from takings.domain.catalogue import DimensionKind
from takings.domain.day import DaySummary, Line, LineKind, Prices, TaxTotal, Tender
from takings.domain.mapping import LedgerRef, MappedDay, MappedLine, MappedTender, MappingTable
from takings.domain.money import ZERO

#: What lines are tracked by, beside their account and tax rate.
TRACKED = ("department", "category", "day_part")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLine:
    """What was posted to one account with one tax rate, and what it is tracked by.

    Codes and name are those of the first line of the source. Where a setting gave the lines this rate, its title is
    `retaxed_by`, and the rate that their code is matched to `matched_tax`.
    """

    account: LedgerRef
    tax: LedgerRef | None
    code: str
    tax_code: str
    kind: LineKind
    name: str
    amount: Decimal
    department: str = ""
    category: str = ""
    day_part: str = ""
    retaxed_by: str = ""
    matched_tax: LedgerRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedTender:
    """What one payment method came to; no account where it was left open."""

    account: LedgerRef | None
    code: str
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedContent:
    """What was posted for a day, netted; `tax` is what comes on top of the lines, over `tax_lines` of the source.

    Both are given where the lines were posted without their tax only. What an older version kept is not `tracked`: it
    does not tell departments, categories and parts of the day, nor what gave a line its rate.
    """

    lines: tuple[PostedLine, ...] = ()
    tenders: tuple[PostedTender, ...] = ()
    prices: Prices = Prices.INCLUSIVE
    tax: Decimal = ZERO
    tax_lines: int = 0
    tracked: bool = True


def content_of(mapped: MappedDay) -> PostedContent:
    """Return what posting a mapped day puts into the ledger."""
    lines = (
        PostedLine(
            account=one.account,
            tax=one.tax,
            code=one.line.account,
            tax_code=one.tax_code,
            kind=one.line.kind,
            name=one.line.category or one.line.name,
            amount=one.line.amount,
            department=one.line.department,
            category=one.line.category,
            day_part=one.line.day_part,
            retaxed_by=one.retaxed_by,
            matched_tax=one.matched_tax,
        )
        for one in mapped.lines
    )
    tenders = (
        PostedTender(account=one.account, code=one.tender.code, name=one.tender.name, amount=one.tender.counted)
        for one in mapped.tenders
    )
    day = mapped.day
    rounded = sum(total.lines for total in day.taxes) if day.prices is Prices.EXCLUSIVE else 0
    netted = _netted(lines, tenders)
    tax = mapped.total - sum((one.line.amount for one in mapped.lines), ZERO)
    return replace(netted, prices=day.prices, tax=tax, tax_lines=rounded)


def together(contents: Iterable[PostedContent]) -> PostedContent:
    """Return what several postings for a day come to."""
    given = tuple(contents)
    netted = _netted(
        (line for one in given for line in one.lines), (tender for one in given for tender in one.tenders)
    )
    return replace(
        netted,
        prices=given[0].prices if given else Prices.INCLUSIVE,
        tax=sum((one.tax for one in given), ZERO),
        tax_lines=sum(one.tax_lines for one in given),
        tracked=all(one.tracked for one in given),
    )


def untracked(content: PostedContent) -> PostedContent:
    """Return what was posted by account, tax rate and what gave it alone."""
    lines = (replace(one, department="", category="", day_part="") for one in content.lines)
    return replace(content, lines=_netted(lines, ()).lines, tracked=False)


def _as_once_kept(content: PostedContent) -> PostedContent:
    """Return what was posted by account and tax rate alone, as older versions kept it."""
    lines = (replace(one, retaxed_by="", matched_tax=None) for one in content.lines)
    return untracked(replace(content, lines=tuple(lines)))


def _netted(lines: Iterable[PostedLine], tenders: Iterable[PostedTender]) -> PostedContent:
    by_place: dict[tuple[str, ...], PostedLine] = {}
    for line in lines:
        taxed = (line.tax.id if line.tax else "", line.retaxed_by, line.matched_tax.id if line.matched_tax else "")
        place = (line.account.id, *taxed, line.department, line.category, line.day_part)
        before = by_place.get(place)
        by_place[place] = replace(before, amount=before.amount + line.amount) if before else line
    by_method: dict[tuple[str, str], PostedTender] = {}
    for tender in tenders:
        key = (tender.code, tender.account.id if tender.account else "")
        standing = by_method.get(key)
        by_method[key] = replace(standing, amount=standing.amount + tender.amount) if standing else tender
    return PostedContent(
        lines=tuple(one for one in by_place.values() if one.amount),
        tenders=tuple(one for one in by_method.values() if one.amount),
    )


def adjustment(posted: PostedContent, now: MappedDay) -> MappedDay:
    """Return what has to be added to what was posted, so that the ledger holds the day as it is now."""
    content = content_of(now) if posted.tracked else _as_once_kept(content_of(now))
    posted = posted if posted.tracked else _as_once_kept(posted)
    taken_back = PostedContent(
        lines=tuple(replace(one, amount=-one.amount) for one in posted.lines),
        tenders=tuple(replace(one, code=source_code(one), amount=-one.amount) for one in posted.tenders),
        tax=-posted.tax,
        tax_lines=posted.tax_lines,
    )
    return as_mapped(together((content, taken_back)), now.day)


def left_of(posted: PostedContent, day: DaySummary, *, standing: Collection[str], table: MappingTable) -> MappedDay:
    """Return an adjustment whose document stands, with the tenders that are not `standing` where they are mapped now.

    Its lines and amounts are those of the document, whatever is mapped since. What is not to be posted any more is
    left open on it.
    """
    tenders = []
    for one in posted.tenders:
        entry = None if one.code in standing else table.get(DimensionKind.TENDER, source_code(one))
        tenders.append(replace(one, account=entry.ref) if entry else one)
    return as_mapped(replace(posted, tenders=tuple(tenders)), day)


def as_mapped(content: PostedContent, day: DaySummary) -> MappedDay:
    """Return what was posted, or is to be, as a day of its own: of the site, date and revision of `day`."""
    lines = tuple(_line(one) for one in content.lines)
    tenders = tuple(_tenders(content.tenders))
    return MappedDay(
        day=replace(
            day,
            lines=tuple(one.line for one in lines),
            tenders=tuple(one.tender for one in tenders),
            taxes=_taxes(content),
            statistics={},
        ),
        lines=lines,
        tenders=tenders,
    )


def source_code(one: PostedTender) -> str:
    """Return the source's own code of a payment method, which an adjustment may have told apart by its account."""
    return one.code.removesuffix(f"@{one.account.id if one.account else 'open'}")


def _taxes(difference: PostedContent) -> tuple[TaxTotal, ...]:
    """Return what comes on top of all lines together: which code it belongs to is not known of what was netted."""
    if difference.prices is not Prices.EXCLUSIVE:
        return ()
    return (TaxTotal(tax_code="", amount=difference.tax, lines=difference.tax_lines),)


def _line(one: PostedLine) -> MappedLine:
    line = Line(
        kind=one.kind,
        account=one.code,
        amount=one.amount,
        name=one.name,
        tax_code=one.tax_code,
        department=one.department,
        category=one.category,
        day_part=one.day_part,
    )
    return MappedLine(
        line=line,
        account=one.account,
        tax=one.tax,
        tax_code=one.tax_code,
        retaxed_by=one.retaxed_by,
        matched_tax=one.matched_tax,
    )


def _tenders(tenders: Iterable[PostedTender]) -> Iterable[MappedTender]:
    seen: set[str] = set()
    for one in tenders:
        # A method that was moved to another account stands twice, and each needs a code of its own.
        code = one.code if one.code not in seen else f"{one.code}@{one.account.id if one.account else 'open'}"
        seen.add(code)
        tender = Tender(code=code, name=one.name, recorded=one.amount, counted=one.amount)
        yield MappedTender(tender=tender, account=one.account)


def named_customers(day: DaySummary) -> dict[tuple[str, str], Decimal]:
    """Return what each customer took on a payment method or paid on an account, where the source names customers."""
    found: dict[tuple[str, str], Decimal] = {}
    for tender in day.tenders:
        for share in tender.customers:
            key = (tender.code, share.customer)
            found[key] = found.get(key, ZERO) + share.amount
    for line in day.lines:
        if line.kind is LineKind.ACCOUNT_PAYMENT and line.customer:
            found[line.account, line.customer] = found.get((line.account, line.customer), ZERO) - line.amount
    return found


def is_nothing(mapped: MappedDay) -> bool:
    """Whether a difference moves nothing in the ledger."""
    return not mapped.lines and not mapped.tenders


def with_difference_on(day: DaySummary, account: str) -> DaySummary:
    """Return an unbalanced day with its difference as a line on the source's variance account."""
    if not day.difference:
        return day
    line = Line(kind=LineKind.VARIANCE, account=account, amount=day.difference, name="Difference posted by decision")
    return replace(day, lines=(*day.lines, line))


def decided_day(day: DaySummary, decision: Mapping[str, Any], record_id: int) -> DaySummary:
    """Return a day as it is to be posted: with its difference on a variance account, where that was decided of it."""
    if decision.get("decision") != "post_difference" or decision.get("record") != record_id:
        return day
    return with_difference_on(day, decision["account"])


def encode_content(content: PostedContent) -> dict[str, Any]:
    """Write what was posted as JSON."""
    on_top = {"prices": content.prices.value, "tax": f"{content.tax:f}", "tax_lines": content.tax_lines}
    return {
        **(on_top if content.prices is not Prices.INCLUSIVE else {}),
        **({"tracked": True} if content.tracked else {}),
        "lines": [
            {
                "account": _ref(one.account),
                "tax": _ref(one.tax),
                "code": one.code,
                "tax_code": one.tax_code,
                "kind": one.kind.value,
                "name": one.name,
                "amount": f"{one.amount:f}",
                **{name: value for name in TRACKED if (value := getattr(one, name))},
                **({"retaxed_by": one.retaxed_by, "matched_tax": _ref(one.matched_tax)} if one.retaxed_by else {}),
            }
            for one in content.lines
        ],
        "tenders": [
            {"account": _ref(one.account), "code": one.code, "name": one.name, "amount": f"{one.amount:f}"}
            for one in content.tenders
        ],
    }


def decode_content(data: dict[str, Any]) -> PostedContent:
    """Read what `encode_content` wrote."""
    return PostedContent(
        prices=Prices(data.get("prices", Prices.INCLUSIVE)),
        tax=Decimal(data.get("tax", ZERO)),
        tax_lines=data.get("tax_lines", 0),
        tracked=data.get("tracked", False),
        lines=tuple(
            PostedLine(
                account=LedgerRef(**one["account"]),
                tax=LedgerRef(**one["tax"]) if one["tax"] else None,
                code=one["code"],
                tax_code=one["tax_code"],
                kind=LineKind(one["kind"]),
                name=one["name"],
                amount=Decimal(one["amount"]),
                **{name: one.get(name, "") for name in TRACKED},
                retaxed_by=one.get("retaxed_by", ""),
                matched_tax=LedgerRef(**one["matched_tax"]) if one.get("matched_tax") else None,
            )
            for one in data["lines"]
        ),
        tenders=tuple(
            PostedTender(
                account=LedgerRef(**one["account"]) if one["account"] else None,
                code=one["code"],
                name=one["name"],
                amount=Decimal(one["amount"]),
            )
            for one in data["tenders"]
        ),
    )


def _ref(ref: LedgerRef | None) -> dict[str, str] | None:
    return {"id": ref.id, "code": ref.code, "name": ref.name} if ref else None
