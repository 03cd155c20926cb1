"""The mapping of source codes to ledger references, and a day seen through it.

Nothing is posted unless every line and tender is mapped: `map_day` returns findings instead of a
mapped day as long as one code is open. There is no default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from takings.domain.catalogue import Dimension, DimensionKind
from takings.domain.day import DaySummary, Line, LineKind, Prices, Tender
from takings.domain.findings import Finding
from takings.domain.money import ZERO, most_rounding, show_amount
from takings.domain.taxes import posted_on_top


class Choice(StrEnum):
    """What happens to a code: it is posted to a reference, left out, or left open on the document."""

    POST = "post"
    DO_NOT_POST = "do_not_post"
    LEAVE_OPEN = "leave_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRef:
    """A thing of the ledger by its stable id; code and name are a snapshot for people."""

    id: str
    code: str = ""
    name: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.code, self.name) if part) or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingEntry:
    """A decision on one source code; `ref` is given exactly when it is posted."""

    dimension: str
    code: str
    choice: Choice = Choice.POST
    ref: LedgerRef | None = None

    def __post_init__(self) -> None:
        if (self.choice is Choice.POST) != (self.ref is not None):
            raise ValueError(f"{self.dimension} {self.code}: a ledger reference belongs to Choice.POST only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What settings say of one kind of line: another account, another tax rate, each by the setting's name and title.

    An account for differences takes lines of codes without a decision as well, others only what would be posted.
    """

    account: LedgerRef | None = None
    tax: LedgerRef | None = None
    tax_setting: str = ""
    tax_title: str = ""
    takes_open: bool = False


class MappingTable:
    """All decisions of one integration, looked up by what the codes are, and what settings say of kinds of lines."""

    def __init__(
        self,
        dimensions: Iterable[Dimension],
        entries: Iterable[MappingEntry],
        account_tax_codes: Mapping[str, str] | None = None,
        *,
        treatments: Mapping[LineKind, Treatment] | None = None,
    ) -> None:
        self._treatments = dict(treatments or {})
        self.dimensions = {dimension.kind: dimension for dimension in dimensions}
        self._entries = {(entry.dimension, entry.code): entry for entry in entries}
        self._account_tax_codes = dict(account_tax_codes or {})

    def get(self, kind: DimensionKind, code: str) -> MappingEntry | None:
        """Return the decision on a code, or None while it is open."""
        dimension = self.dimensions.get(kind)
        return self._entries.get((dimension.key, code)) if dimension else None

    def entries(self, kind: DimensionKind) -> tuple[MappingEntry, ...]:
        """Return all decisions on codes of a kind."""
        dimension = self.dimensions.get(kind)
        key = dimension.key if dimension else None
        return tuple(entry for (one, _), entry in self._entries.items() if one == key)

    def treatment(self, kind: LineKind) -> Treatment:
        """Return what settings say of a kind of line; nothing, mostly."""
        return self._treatments.get(kind, _AS_MATCHED)

    def tax_code(self, line: Line) -> str:
        """Return the line's tax code, or its account's from the catalogue, or an empty text."""
        return line.tax_code or self._account_tax_codes.get(line.account, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedLine:
    """A line with the ledger account and tax rate it goes to; `tax` is None where the source has no taxes.

    Where a setting gives it another rate than its code is matched to, `retaxed_by` is that setting's title, and
    `matched_tax` the rate of the code.
    """

    line: Line
    account: LedgerRef
    tax: LedgerRef | None
    tax_code: str = ""
    retaxed_by: str = ""
    matched_tax: LedgerRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedTender:
    """A tender with the ledger account that receives it; None where it is left open on the document."""

    tender: Tender
    account: LedgerRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedDay:
    """A day whose every posted line and tender has a place in the ledger."""

    day: DaySummary
    lines: tuple[MappedLine, ...]
    tenders: tuple[MappedTender, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the posted lines, tax included."""
        lines = [mapped.line for mapped in self.lines]
        return sum((line.amount for line in lines), posted_on_top(self.day, lines))

    @property
    def open_total(self) -> Decimal:
        """The sum of the tenders left open on the document."""
        return sum((mapped.tender.counted for mapped in self.tenders if mapped.account is None), ZERO)


_AS_MATCHED = Treatment()


def map_day(day: DaySummary, table: MappingTable) -> MappedDay | tuple[Finding, ...]:
    """Give every line and tender its place, or say which codes have none."""
    findings: dict[tuple[str, str], Finding] = {}
    lines = _map_lines(day, table, findings)
    tenders = _map_tenders(day, table, findings)
    if findings:
        return tuple(findings.values())
    mapped = MappedDay(day=day, lines=tuple(lines), tenders=tuple(tenders))
    counted = sum((one.tender.counted for one in tenders), ZERO)
    # A share of a tax that is stated for lines left out as well is rounded.
    shares = len(day.taxes) if day.prices is Prices.EXCLUSIVE else 0
    if abs(counted - mapped.total - day.difference) > most_rounding(day.site.currency, shares):
        return (_left_out_does_not_cancel(day, mapped.total, counted),)
    return mapped


def place_line(line: Line, day: DaySummary, table: MappingTable) -> MappedLine | None:
    """Return where a line of a day would go, whatever else of it is open, and be it nothing; None where nowhere."""
    taken = line if line.amount else replace(line, amount=Decimal(1))
    return next(iter(_map_lines(replace(day, lines=(taken,)), table, {})), None)


def _map_lines(day: DaySummary, table: MappingTable, findings: dict[tuple[str, str], Finding]) -> list[MappedLine]:
    mapped = []
    for line in day.lines:
        if not line.amount:
            continue
        account, treatment = table.get(DimensionKind.ACCOUNT, line.account), table.treatment(line.kind)
        by_setting = treatment.account if treatment.takes_open else None
        if account is None and by_setting is None:
            _open(findings, table, DimensionKind.ACCOUNT, code=line.account, name=line.name, day=day)
        elif account and account.choice is Choice.DO_NOT_POST:
            continue  # what is left out needs no tax
        tax = _line_tax(line, day, table, findings=findings)
        if _retaxes(treatment, tax, day):
            _check_retaxed(treatment, day, findings)
        if account and account.choice is Choice.LEAVE_OPEN:
            findings["leave_open", line.account] = _leave_open_is_for_tenders(line, day, table)
        place = account.ref if account else by_setting
        if place and treatment.account:
            place = treatment.account
        if place:
            mapped.append(_mapped_line(line, place, tax, table=table, retaxed=_retaxes(treatment, tax, day)))
    return mapped


def _mapped_line(
    line: Line, place: LedgerRef, tax: LedgerRef | None, *, table: MappingTable, retaxed: bool
) -> MappedLine:
    code, treatment = table.tax_code(line), table.treatment(line.kind)
    if not retaxed:
        return MappedLine(line=line, account=place, tax=tax, tax_code=code)
    return MappedLine(
        line=line,
        account=place,
        tax=treatment.tax,
        tax_code=code,
        retaxed_by=treatment.tax_title,
        matched_tax=tax,
    )


def _retaxes(treatment: Treatment, tax: LedgerRef | None, day: DaySummary) -> bool:
    if treatment.tax is None or not day.charges_tax:
        return False
    return tax is None or tax.id != treatment.tax.id


def _check_retaxed(treatment: Treatment, day: DaySummary, findings: dict[tuple[str, str], Finding]) -> None:
    """A rate of a setting is for amounts with tax in them: another tax on top would be another total."""
    if day.prices is Prices.EXCLUSIVE:
        findings["retaxed", treatment.tax_setting] = Finding(
            code="mapping.retaxed_on_top",
            what=f"{day.key} has its tax on top of its amounts, and '{treatment.tax_title}' would change it",
            why="With another tax on top the day would come to something else than was counted",
            do="Empty the setting, and have the point of sale send these lines with the tax code that is meant",
            where=treatment.tax_setting,
            subject=treatment.tax_setting,
        )


def _line_tax(
    line: Line, day: DaySummary, table: MappingTable, *, findings: dict[tuple[str, str], Finding]
) -> LedgerRef | None:
    if DimensionKind.TAX not in table.dimensions or not day.charges_tax:
        return None
    code, treatment = table.tax_code(line), table.treatment(line.kind)
    if not code and (treatment.tax or (treatment.takes_open and treatment.account)):
        return None  # the setting's rate, or the account's own in the ledger
    if not code:
        findings["no tax code", line.account] = _no_tax_code(line, day)
        return None
    entry = table.get(DimensionKind.TAX, code)
    if entry is None or entry.ref is None:
        _open(findings, table, DimensionKind.TAX, code=code, name="", day=day)
        return None
    return entry.ref


def _map_tenders(
    day: DaySummary, table: MappingTable, findings: dict[tuple[str, str], Finding]
) -> list[MappedTender]:
    mapped = []
    for tender in day.tenders:
        if not tender.counted:
            continue
        entry = table.get(DimensionKind.TENDER, tender.code)
        if entry is None:
            _open(findings, table, DimensionKind.TENDER, code=tender.code, name=tender.name, day=day)
        elif entry.choice is not Choice.DO_NOT_POST:
            mapped.append(MappedTender(tender=tender, account=entry.ref))
    return mapped


def _open(
    findings: dict[tuple[str, str], Finding],
    table: MappingTable,
    kind: DimensionKind,
    *,
    code: str,
    name: str,
    day: DaySummary,
) -> None:
    if (kind.value, code) in findings:
        return
    dimension = table.dimensions.get(kind)
    title = dimension.title if dimension else kind.value
    label = f"{code} ({name})" if name and name != code else code or "(empty)"
    amounts = _amounts(day, table, kind, code=code)
    findings[kind.value, code] = Finding(
        code="mapping.open",
        what=f"{title}: {label} is not mapped",
        why=f"On {day.key} it stands for {show_amount(amounts, day.site.currency)} {day.site.currency}, "
        "and nothing of a day is posted while one code is open",
        do="Map it to a tax rate" if kind is DimensionKind.TAX else "Map it, or choose not to post it",
        where=f"map:{dimension.key if dimension else kind.value}",
        subject=code,
    )


def _amounts(day: DaySummary, table: MappingTable, kind: DimensionKind, *, code: str) -> Decimal:
    if kind is DimensionKind.TENDER:
        return sum((tender.counted for tender in day.tenders if tender.code == code), ZERO)
    if kind is DimensionKind.TAX:
        return sum((line.amount for line in day.lines if table.tax_code(line) == code), ZERO)
    return sum((line.amount for line in day.lines if line.account == code), ZERO)


def _no_tax_code(line: Line, day: DaySummary) -> Finding:
    return Finding(
        code="mapping.no_tax_code",
        what=f"{line.account} has no tax code on {day.key}",
        why="Neither the day nor the source's catalogue gives one, and a tax is never assumed",
        do="Have the POS send a tax code, or import a catalogue that gives the account one",
        where="catalogue",
        subject=line.account,
    )


def _leave_open_is_for_tenders(line: Line, day: DaySummary, table: MappingTable) -> Finding:
    return Finding(
        code="mapping.leave_open_is_for_tenders",
        what=f"{line.account} is a line of the day and can't be left open on the document",
        why=f"On {day.key} it is of the kind '{LineKind(line.kind).value.replace('_', ' ')}', not a payment method",
        do="Map it to a ledger account",
        where=f"map:{table.dimensions[DimensionKind.ACCOUNT].key}",
        subject=line.account,
    )


def _left_out_does_not_cancel(day: DaySummary, lines: Decimal, counted: Decimal) -> Finding:
    currency = day.site.currency
    return Finding(
        code="mapping.left_out_does_not_cancel",
        what=f"What is set to 'do not post' does not cancel out on {day.key}",
        why=f"Without it the lines come to {show_amount(lines, currency)} and the tenders to "
        f"{show_amount(counted, currency)} {currency}",
        do="Leave out both the line and the tender it was paid with, or map them; a tender that is "
        "collected elsewhere is 'leave open', not 'do not post'",
        where="map",
        subject=str(day.key),
    )
