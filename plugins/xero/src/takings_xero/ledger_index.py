"""What a survey knows, looked up by id: accounts, rates, numbers in use."""

from __future__ import annotations

from takings.plugin import StandingDocument, Survey


class LedgerIndex:
    """The lookups that planning makes, built once for a survey."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.accounts = {account.id: account for account in survey.chart.accounts}
        self.taxes = {tax.id: tax for tax in survey.chart.taxes}
        self.numbers: dict[str, StandingDocument] = {one.number: one for one in survey.documents if one.number}
        self.contact: dict[str, str] = survey.extra["contact"]
        self.locks: dict[str, str] = survey.extra["locks"]
