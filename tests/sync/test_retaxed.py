"""What a setting changed of a day's tax is kept beside its content, and told in the share of a document cut apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.domain.test_treatments import TIPS
from tests.support.days import ref

from takings.domain.adjusting import adjustment, content_of, decode_content, encode_content
from takings.domain.day import DaySummary, Line, LineKind, Site
from takings.domain.mapping import MappedDay, MappedLine
from takings.plugin.documents import Document, DocumentLine, Retaxed
from takings.sync.shares import share_of

DAY = date(2026, 10, 1)
SITE = Site(id="1", name="Pub", timezone="UTC", currency="AUD")


def mapped(*tips: str) -> MappedDay:
    """A day of food at GST, and of tips on the same account that a setting gave the same rate."""
    sold = Line(kind=LineKind.SALE, account="FOOD", amount=Decimal("110.00"), name="Food", tax_code="GST")
    lines = [MappedLine(line=sold, account=ref("a"), tax=ref("GST"), tax_code="GST")]
    for amount in tips:
        line = Line(kind=LineKind.TIP, account="TIPS", amount=Decimal(amount), name="Tips", tax_code="NONE")
        lines.append(
            MappedLine(
                line=line, account=ref("a"), tax=ref("GST"), tax_code="NONE", retaxed_by=TIPS.tax_title,
                matched_tax=ref("FREE5"),
            )
        )  # fmt: skip
    day = DaySummary(
        site=SITE, business_date=DAY, sequence=1, revision=1, lines=tuple(one.line for one in lines), tenders=()
    )
    return MappedDay(day=day, lines=tuple(lines), tenders=())


def document() -> Document:
    """Two such days together: food 220.00, and tips 44.00 that would have had a tax of 2.10 as matched."""
    lines = (
        DocumentLine(
            account=ref("a"), tax=ref("GST"), description="Food", amount=Decimal(220), tax_amount=Decimal(20)
        ),
        DocumentLine(
            account=ref("a"), tax=ref("GST"), description="Tips", amount=Decimal(44), tax_amount=Decimal(4),
            retaxed=Retaxed(setting=TIPS.tax_title, tax=ref("FREE5"), tax_amount=Decimal("2.10")),
        ),
    )  # fmt: skip
    return Document(
        key="u/invoice.1", kind="invoice", number="1", day=DAY, currency="AUD", total=Decimal(264), tax=Decimal(24),
        lines=lines, payments=(),
    )  # fmt: skip


def shared(day: MappedDay, whole: Document) -> list[tuple[str, Decimal, Decimal, Decimal | None]]:
    (share,) = share_of([whole], encode_content(content_of(day)), DAY)
    return [
        (one.description, one.amount, one.tax_amount, one.retaxed.tax_amount if one.retaxed else None)
        for one in share.lines
    ]


def test_a_share_tells_apart_what_a_setting_taxed_otherwise() -> None:
    food = ("Food", Decimal("110.00"), Decimal("10.00"), None)
    tips = ("Tips", Decimal("22.00"), Decimal("2.00"), Decimal("1.05"))
    assert shared(mapped("12.00", "10.00"), document()) == [food, tips]
    assert shared(mapped(), document()) == [food]
    assert shared(mapped("5.00", "-5.00"), document()) == [food]


def test_a_share_of_a_credit_note_tells_it_with_its_sign() -> None:
    whole = document()
    note = Document(
        key=whole.key, kind="creditnote", number="1", day=DAY, currency="AUD", total=-whole.total, tax=-whole.tax,
        lines=tuple(one.turned() for one in whole.lines), payments=(), sign=-1,
    )  # fmt: skip
    assert shared(mapped("22.00"), note) == shared(mapped("22.00"), whole)


def test_what_was_posted_before_it_was_kept_is_told_as_before() -> None:
    content = encode_content(content_of(mapped("22.00")))
    lines = [{name: value for name, value in one.items() if name != "retaxed_by"} for one in content["lines"]]
    (share,) = share_of([document()], {**content, "lines": lines}, DAY)
    assert [(one.amount, one.retaxed) for one in share.lines] == [(Decimal("110.00"), None), (Decimal("22.00"), None)]


def test_an_adjustment_keeps_what_a_setting_gave_its_rate() -> None:
    (line,) = adjustment(content_of(mapped("22.00")), mapped("30.00")).lines
    assert (line.line.amount, line.retaxed_by, line.matched_tax) == (Decimal("8.00"), TIPS.tax_title, ref("FREE5"))
    posted = encode_content(content_of(mapped("22.00")))
    assert adjustment(decode_content(posted), mapped("22.00")).lines == ()


def test_what_an_older_version_kept_is_adjusted_by_account_and_rate_alone() -> None:
    posted = encode_content(content_of(mapped("22.00")))
    lines = [{**posted["lines"][0], "amount": "132.00"}]
    old = decode_content({"lines": lines, "tenders": posted["tenders"]})
    (line,) = adjustment(old, mapped("30.00")).lines
    assert (line.line.amount, line.retaxed_by) == (Decimal("8.00"), "")
    assert adjustment(old, mapped("22.00")).lines == ()
