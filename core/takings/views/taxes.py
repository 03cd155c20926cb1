"""The tax that the point of sale states beside the tax that is posted, and what lies between the two."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxChange:
    """A line posted at another tax rate than its tax code is matched to; `setting` is the title of what says so."""

    document: str
    line: str
    account: str
    setting: str
    amount: Decimal
    matched: str
    matched_tax: Decimal
    posted: str
    posted_tax: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more tax is posted for it."""
        return self.posted_tax - self.matched_tax


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxComparison:
    """Stated tax, plus what settings change, plus rounding, is the posted tax.

    `stated` and `rounding` are None where the point of sale states no tax.
    """

    stated: Decimal | None
    changed: Decimal
    rounding: Decimal | None
    posted: Decimal
    changes: tuple[TaxChange, ...] = ()
