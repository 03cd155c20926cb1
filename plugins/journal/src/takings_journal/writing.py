"""Writes transactions and new journals as Beancount's text. Pure: the same payload gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from takings_journal.entries import KEY
from takings_journal.syntax import quote

_HEAD = """\
;; -*- mode: beancount; coding: utf-8 -*-
;; Written by takings. You may edit this file, with takings not running: a transaction is found by its `takings`
;; metadata, and what you change in one is shown by `takings verify`.

"""


def new_journal(*, title: str, currency: str, chart_file: str) -> str:
    """Return the head of a journal that has no transaction yet."""
    return (
        f'{_HEAD}option "title" {quote(title)}\n'
        f'option "operating_currency" {quote(currency)}\n'
        f"include {quote(chart_file)}\n"
    )


def append(journal: str, transactions: list[str]) -> str:
    """Return a journal with further transactions at its end."""
    return "\n\n".join([journal.rstrip("\n"), *transactions]) + "\n"


def write_transaction(key: str, payload: Mapping[str, Any]) -> str:
    """Write one transaction, without a line break at its end."""
    number = payload["number"]
    link = f" ^{number}" if number else ""
    lines = [f"{payload['date']} * {quote(payload['payee'])} {quote(payload['narration'])}{link}"]
    lines.append(f"  {KEY}: {quote(key)}")
    if number:
        lines.append(f"  number: {quote(number)}")
    width = max((len(one["account"]) for one in payload["postings"]), default=0)
    for posting in payload["postings"]:
        lines += _posting(posting, payload["currency"], width)
    return "\n".join(lines)


def _posting(posting: Mapping[str, str], currency: str, width: int) -> Iterator[str]:
    yield f"  {posting['account']:<{width}}  {posting['amount']:>12} {currency}"
    yield f"    {KEY}: {quote(posting['part'])}"
    for name in ("about", "tax"):
        if posting.get(name):
            yield f"    {name}: {quote(posting[name])}"
    if "tax_amount" in posting:
        yield f"    tax-amount: {posting['tax_amount']} {currency}"
