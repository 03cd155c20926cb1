"""What a survey knows, looked up by id: accounts, rates, tracking options, numbers in use."""

from __future__ import annotations

from takings.plugin import ZERO, LedgerOption, LedgerRef, LedgerTax, StandingDocument, Survey

#: Xero's own rates for what is no supply, best first; where a country has neither, any rate of nothing will do.
_NO_SUPPLY = ("BASEXCLUDED", "NONE")


class LedgerIndex:
    """The lookups that planning makes, built once for a survey."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.accounts = {account.id: account for account in survey.chart.accounts}
        self.taxes = {tax.id: tax for tax in survey.chart.taxes}
        self.options = {option.id: option for option in survey.chart.options if option.active}
        self.numbers: dict[str, StandingDocument] = {one.number: one for one in survey.documents if one.number}
        self.contact: dict[str, str] = survey.extra["contact"]
        self.locks: dict[str, str] = survey.extra["locks"]
        self.surveyed_through: str = survey.extra["through"]
        self._free = sorted(
            (tax for tax in survey.chart.taxes if tax.active and tax.rate == ZERO),
            key=lambda tax: (_NO_SUPPLY.index(tax.id) if tax.id in _NO_SUPPLY else len(_NO_SUPPLY), tax.id),
        )

    def no_tax(self, account: str) -> LedgerRef | None:
        """Return the rate for a line that is no supply, where the ledger has one for such an account."""
        known = self.accounts.get(account)
        fitting = (tax for tax in self._free if known is None or not tax.kinds or known.kind in tax.kinds)
        tax: LedgerTax | None = next(fitting, None)
        return LedgerRef(id=tax.id, code=tax.code, name=tax.name) if tax else None

    def option_named(self, category: str, name: str) -> LedgerOption | None:
        """Return a tracking category's option by its name."""
        wanted = name.strip().casefold()
        return next(
            (one for one in self.options.values() if one.category == category and one.name.casefold() == wanted), None
        )
