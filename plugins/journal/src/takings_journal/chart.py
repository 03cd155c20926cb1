"""Reads a chart file: `open` and `close` with their metadata, and the `custom` lines that are ours. Pure.

Only what concerns the chart is read, and that strictly: a line of it that is not understood is a finding, and what
it would have opened can't be mapped. Everything else in the file is Beancount's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from takings.plugin import Chart, Finding, LedgerAccount, LedgerTax, LineKind
from takings_journal import findings
from takings_journal.syntax import CURRENCY, STRING, Token, is_account, parse_date, tokens, unquote

_META = re.compile(rf"[ \t]+(?P<key>[a-z][A-Za-z0-9_-]*):[ \t]*(?P<value>{STRING})[ \t]*(?:;.*)?")
_LEAD = re.compile(r"(?P<date>\d[\d/-]*)[ \t]+(?P<what>open|close|custom)\b(?P<rest>.*)")
_ROLES = frozenset(kind.value for kind in LineKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as the chart file opens it."""

    name: str
    opened: date
    closed: date | None = None
    currencies: tuple[str, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)

    def is_open(self, day: date) -> bool:
        """Whether a transaction of that day may use it."""
        return self.opened <= day and (self.closed is None or day < self.closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A tax rate in per cent, with the account that takes the tax; a rate of zero needs none."""

    id: str
    name: str
    rate: Decimal
    account: str = ""


@dataclass(slots=True, kw_only=True)
class ChartFile:
    """What a chart file says."""

    title: str = ""
    journal: str = ""
    locked_through: date | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    rates: dict[str, Rate] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)

    def as_chart(self, *, organisation: str, journal: str, currency: str, today: date) -> Chart:
        """Return it as the core wants it; the accounts of taxes take no lines of their own."""
        taxed = {rate.account for rate in self.rates.values()}
        return Chart(
            organisation=organisation,
            organisation_name=self.title or journal,
            currency=currency,
            accounts=tuple(
                _ledger_account(one, taxed, active=one.closed is None or today < one.closed)
                for one in self.accounts.values()
            ),
            taxes=tuple(LedgerTax(id=one.id, name=one.name, rate=one.rate) for one in self.rates.values()),
        )


def read_chart(text: str, name: str) -> ChartFile:
    """Read the text of the chart file `name`."""
    chart = ChartFile()
    current = ""
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if meta := _META.fullmatch(line):
            if current:
                chart.accounts[current].meta.setdefault(meta["key"], unquote(meta["value"]))
            continue
        current = "" if line[:1].strip() else current
        words = list(tokens(line))
        if line.startswith("option") and len(words) == 3 and words[1].text == "title":
            chart.title = words[2].text
        if lead := _LEAD.match(line):
            day = parse_date(lead["date"])
            done = _DIRECTIVES[lead["what"]](chart, day, words[2:]) if day else None
            if done is None:
                chart.problems.append(findings.chart_line(name, number, line))
            current = done or ""
    return chart


def _open(chart: ChartFile, day: date, words: list[Token]) -> str | None:
    """Read what stands after `open`; returns the account, or None where it is not understood."""
    plain = [one.text for one in words if not one.quoted]  # a booking method is quoted, and is none of ours
    currencies = tuple(one for one in " ".join(plain[1:]).replace(",", " ").split() if one)
    if not plain or not is_account(plain[0]) or plain[0] in chart.accounts:
        return None
    if not all(re.fullmatch(CURRENCY, one) for one in currencies):
        return None
    chart.accounts[plain[0]] = Account(name=plain[0], opened=day, currencies=currencies)
    return plain[0]


def _close(chart: ChartFile, day: date, words: list[Token]) -> str | None:
    if len(words) != 1 or words[0].text not in chart.accounts:
        return None
    account = chart.accounts[words[0].text]
    chart.accounts[account.name] = replace(account, closed=day)
    return ""


def _custom(chart: ChartFile, day: date, words: list[Token]) -> str | None:
    """Read what is ours of what stands after `custom`; what is another program's is left alone."""
    kind, values = (words[0].text if words and words[0].quoted else ""), words[1:]
    if kind == "journal":
        chart.journal = values[0].text if len(values) == 1 else ""
        return "" if chart.journal else None
    if kind == "locked":
        locked = parse_date(values[0].text) if len(values) == 1 else None
        chart.locked_through = max(filter(None, (chart.locked_through, locked)), default=None)
        return "" if locked else None
    return _tax(chart, values) if kind == "tax" else ""


def _tax(chart: ChartFile, values: list[Token]) -> str | None:
    if [one.quoted for one in values] not in ([True, True, False], [True, True, False, False]):
        return None
    id_, name, rate, account = (*(one.text for one in values), "")[:4]
    fits = re.fullmatch(r"\d{1,3}(\.\d{1,4})?", rate, re.ASCII) and id_ and id_ not in chart.rates
    if not fits or not (is_account(account) if account else not Decimal(rate)):
        return None
    chart.rates[id_] = Rate(id=id_, name=name or id_, rate=Decimal(rate), account=account)
    return ""


_DIRECTIVES: dict[str, Callable[[ChartFile, date, list[Token]], str | None]] = {
    "open": _open,
    "close": _close,
    "custom": _custom,
}


def _ledger_account(account: Account, taxed: set[str], *, active: bool) -> LedgerAccount:
    root = account.name.partition(":")[0]
    role = account.meta.get("role", "")
    return LedgerAccount(
        id=account.name,
        code="",
        name=account.meta.get("name") or account.name,
        kind=root,
        active=active,
        takes_payments=root in ("Assets", "Liabilities") and account.name not in taxed,
        takes_lines=account.name not in taxed,
        tax=account.meta.get("tax", ""),
        role=role if role in _ROLES else "",
    )
