"""The built-in mapping providers: pure suggestions with a reason in words. None of them applies anything.

Scores: 100 the same code (30 a mere number that the ledger has for something else), 95 what the owner chose before,
92 the ledger's own account for it, up to 90 the same rate or the same words.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Sequence

from takings.builtin.words import Described
from takings.plugin import (
    Chart,
    DimensionKind,
    LedgerAccount,
    LedgerRef,
    LedgerTax,
    MappingRow,
    MappingType,
    Suggestion,
)

_LEAST = 20

#: What the same number on things of other names is worth; suggestions are accepted from 60 on.
_NUMBER_ONLY = 30

#: What a line of this role is called in ledgers, where the source knows the role.
_ROLE_WORDS = {
    "tip": "tips",
    "surcharge": "surcharge",
    "rounding": "rounding",
    "variance": "till over short variance",
    "voucher_sold": "gift vouchers",
    "deposit": "deposits",
    "account_payment": "house accounts debtors",
    "paid_out": "petty cash",
    "cash_in": "petty cash",
}


def exact_code(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Suggest what has the source's own code in the ledger.

    A number alone proves little: where both sides have a name for it and the names have nothing in common, the charts
    were numbered apart, and it is no match that anything would be accepted by.
    """
    code = row.code.code.strip().casefold()
    same = [one for one in _candidates(row, chart) if code and one.code.strip().casefold() == code]
    suggestions = []
    for one in same:
        reason = f"The ledger has the same code {one.code}"
        if code.isdigit() and row.code.name.strip() and not any(_described(row).alike((one.name,))):
            suggestions.append(
                Suggestion(ref=_ref(one), reason=f"{reason}, but calls it {one.name}", score=_NUMBER_ONLY)
            )
        else:
            suggestions.append(Suggestion(ref=_ref(one), reason=reason, score=100))
    return suggestions


def earlier_choice(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Suggest what this owner chose for the same code in another integration, the most frequent choice first.

    Another organisation has other ids, so there the same code and name count as the same thing.
    """
    candidates = _candidates(row, chart)
    times: Tally[str] = Tally()
    for entry in row.earlier:
        if entry.ref:
            same = (entry.ref.code, entry.ref.name)
            fitting = [one.id for one in candidates if one.id == entry.ref.id]
            times.update(fitting or [one.id for one in candidates if (one.code, one.name) == same])
    most = max(times.values(), default=0)
    return [
        Suggestion(
            ref=_ref(one),
            reason=f"You chose it for {row.code.code} elsewhere" + (f", {times[one.id]} times" if most > 1 else ""),
            score=95 if times[one.id] == most else 90,
        )
        for one in candidates
        if times[one.id]
    ]


def same_role(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Suggest the account that the ledger itself keeps for this, like its rounding account."""
    role = row.code.role
    return [
        Suggestion(ref=_ref(one), reason=f"The ledger's own account for {_ROLE_WORDS.get(role, role)}", score=92)
        for one in chart.accounts
        if role and one.role == role and one.id in {candidate.id for candidate in _candidates(row, chart)}
    ]


def same_tax_rate(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Suggest the ledger's rates of the same percentage, for income where the ledger tells."""
    if row.kind is not DimensionKind.TAX or row.code.rate is None:
        return ()
    fitting = sorted(_same_rate(row, chart), key=lambda one: (one.name, one.id))
    rate = f"{row.code.rate.normalize():f} %"
    if len(fitting) == 1:
        return [Suggestion(ref=_ref(fitting[0]), reason=f"The only rate of {rate} for income", score=85)]
    several = f"One of {len(fitting)} rates of {rate} for income"
    return [Suggestion(ref=_ref(one), reason=several, score=50) for one in fitting]


def same_words(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Suggest what shares telling words with the code's name, code or category; a tax only at the same rate."""
    things = tuple(_same_rate(row, chart) if row.kind is DimensionKind.TAX else _candidates(row, chart))
    suggestions = []
    for place, alike, shared in _described(row).alike(tuple(one.name for one in things)):
        score = round(90 * alike)
        if score >= _LEAST:
            reason = f'Its name has "{" ".join(shared)}" in common with the code'
            suggestions.append(Suggestion(ref=_ref(things[place]), reason=reason, score=score))
    return sorted(suggestions, key=lambda one: (-one.score, one.ref.name, one.ref.id))


def _described(row: MappingRow) -> Described:
    return Described(
        {
            "name": (row.code.name, 1.0),
            "code": (row.code.code, 1.0),
            "category": (row.code.category, 0.9),
            "role": (_ROLE_WORDS.get(row.code.role, ""), 0.8),
        }
    )


def _candidates(row: MappingRow, chart: Chart) -> Sequence[LedgerAccount | LedgerTax]:
    match row.kind:
        case DimensionKind.TAX:
            return [tax for tax in chart.taxes if tax.active]
        case DimensionKind.TENDER:
            return [account for account in chart.accounts if account.active and account.takes_payments]
        case _:
            return [account for account in chart.accounts if account.active and account.takes_lines]


def _same_rate(row: MappingRow, chart: Chart) -> Iterator[LedgerTax]:
    for tax in chart.taxes:
        fits = tax.for_income and (not tax.kinds or any(map(_is_income, tax.kinds)))
        if tax.active and tax.rate == row.code.rate and fits:
            yield tax


def _is_income(kind: str) -> bool:
    return any(word in kind.casefold() for word in ("income", "revenue", "sale"))


def _ref(one: LedgerAccount | LedgerTax) -> LedgerRef:
    return LedgerRef(id=one.id, code=one.code, name=one.name)


PROVIDERS = (
    MappingType(key="exact_code", title="Same code", suggest=exact_code),
    MappingType(key="earlier_choice", title="Chosen before", suggest=earlier_choice),
    MappingType(key="same_role", title="The ledger's own account", suggest=same_role),
    MappingType(key="same_tax_rate", title="Same tax rate", suggest=same_tax_rate),
    MappingType(key="same_words", title="Same words", suggest=same_words),
)
