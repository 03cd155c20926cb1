"""The journal as a target: reads its two files, and appends what is absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from takings.plugin import (
    Call,
    Chart,
    Context,
    Done,
    Finding,
    Found,
    Inspection,
    Misconfigured,
    Operation,
    Outcome,
    Period,
    Plan,
    PostedUnit,
    Refused,
    Standing,
    Survey,
    Target,
    Unit,
)
from takings_journal import findings
from takings_journal.chart import ChartFile, read_chart
from takings_journal.default_chart import default_chart
from takings_journal.entries import Entry, count_keys, read_all, read_entries
from takings_journal.inspecting import inspect_entries, standing_document
from takings_journal.options import ConnectionSettings
from takings_journal.planning import plan_unit
from takings_journal.reversing import plan_reversal
from takings_journal.writing import append, new_journal, write_transaction


class JournalTarget(Target):
    """One journal, opened for a few calls: `NAME.beancount` with `NAME.accounts.beancount` beside it."""

    def __init__(self, settings: ConnectionSettings, organisation: str, context: Context) -> None:
        self._settings, self._files, self._clock = settings, context.files, context.clock
        self._connected = organisation
        self._journal_file = f"{settings.journal}.beancount"
        self._chart_file = f"{settings.journal}.accounts.beancount"

    @property
    def _organisation(self) -> str:
        """The journal's identity: its name, so that no second chart can claim to be this journal."""
        return f"beancount:{self._settings.journal}"

    def check(self) -> Sequence[Finding]:
        """Say what stands in the way of posting, and what of the chart is not understood."""
        chart = self._read_chart()
        return (*self._hindrances(self._files.read(self._journal_file) or ""), *chart.problems)

    def chart(self) -> Chart:
        """Read accounts and rates; where no file is yet, those that the first posting will write."""
        return self._as_chart(self._read_chart())

    def survey(self, period: Period, settings: Any) -> Survey:
        """Read the chart and the transactions of the period, others' too."""
        chart, text = self._read_chart(), self._files.read(self._journal_file) or ""
        currency = self._settings.currency
        return Survey(
            chart=self._as_chart(chart),
            locked_through=chart.locked_through,
            documents=tuple(
                standing_document(one, currency) for one in read_all(text) if period.first <= one.day <= period.last
            ),
            extra={
                "accounts": {
                    one.name: {
                        "opened": one.opened.isoformat(),
                        "closed": one.closed.isoformat() if one.closed else "",
                        "currencies": list(one.currencies),
                    }
                    for one in chart.accounts.values()
                },
                "tax_accounts": {one.id: one.account for one in chart.rates.values()},
            },
            findings=(*self._hindrances(text), *chart.problems),
        )

    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        """Decide what will be done for a unit. Pure."""
        return plan_unit(unit, survey, settings)

    def plan_undo(
        self, posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey, *, settings: Any
    ) -> Plan:
        """Plan the transaction that reverses a unit's. Pure."""
        return plan_reversal(posted, inspections, survey)

    def prepare(self, kind: str, operations: Sequence[Operation]) -> bytes:
        """Write the transactions as they will stand in the journal. Pure."""
        return "\n\n".join(write_transaction(one.key, one.payload) for one in operations).encode() + b"\n"

    def execute(self, call: Call) -> Sequence[Outcome]:
        """Append those transactions of the body that the journal lacks, in one write.

        A key that stands is done, whoever sent it and when: the file itself is what remembers.
        """
        text = self._files.read(self._journal_file)
        standing, chart = count_keys(text or ""), self._read_chart()
        if hindrances := self._hindrances(text or ""):
            raise Misconfigured("journal", str(hindrances[0]))
        numbers = {one.number: one.key for one in read_entries(text or "") if one.number}
        bodies = {one.key: one for one in read_entries(call.body.decode())}
        outcomes: list[Outcome] = []
        added: list[str] = []
        for operation in call.operations:
            entry = bodies[operation.key]
            if not standing[entry.key] and (refusals := _refusals(operation, entry, chart, numbers=numbers)):
                outcomes.append(Refused(findings=tuple(refusals)))
                continue
            if not standing[entry.key]:
                added.append(entry.text)
                numbers |= {entry.number: entry.key} if entry.number else {}
            outcomes.append(Done(receipt=_receipt(entry)))
        if added:
            self._append(text, chart, added)
        return outcomes

    def find(self, kind: str, operations: Sequence[Operation]) -> Sequence[Found]:
        """Look operations up by their keys."""
        text = self._connected_text()
        standing = count_keys(text)
        entries = {one.key: one for one in read_entries(text)}
        return [_found(one.key, standing[one.key], entries.get(one.key)) for one in operations]

    def inspect(self, receipts: Mapping[str, Mapping[str, str]], period: Period) -> Iterator[Inspection]:
        """Read transactions back as they stand now, also those that were moved to another date."""
        text = self._connected_text()
        standing = count_keys(text)
        entries: dict[str, list[Entry]] = {}
        for one in read_entries(text):
            entries.setdefault(one.key, []).append(one)
        for key in receipts:
            yield inspect_entries(key, entries.get(key, []), standing[key], currency=self._settings.currency)

    def _connected_text(self) -> str:
        """Read the journal that was connected; in another one everything would seem to be absent."""
        if self._connected not in ("", self._organisation):
            raise Misconfigured("journal", str(self._hindrances("")[0]))
        return self._files.read(self._journal_file) or ""

    def _append(self, text: str | None, chart: ChartFile, added: list[str]) -> None:
        # The chart goes first: a journal without it is one that Beancount can't read.
        if self._files.read(self._chart_file) is None:
            self._files.write(self._chart_file, default_chart(self._settings.journal))
        if text is None or not text.strip():
            title, currency = self._as_chart(chart).organisation_name, self._settings.currency
            text = new_journal(title=title, currency=currency, chart_file=self._chart_file)
        self._files.write(self._journal_file, append(text, added))

    def _read_chart(self) -> ChartFile:
        text = self._files.read(self._chart_file)
        return read_chart(default_chart(self._settings.journal) if text is None else text, self._chart_file)

    def _as_chart(self, chart: ChartFile) -> Chart:
        return chart.as_chart(
            organisation=self._organisation,
            journal=self._settings.journal,
            currency=self._settings.currency,
            today=self._clock.now().date(),
        )

    def _hindrances(self, journal: str) -> list[Finding]:
        """Say what makes it unsafe to post to these two files."""
        if self._connected not in ("", self._organisation):
            return [findings.connected_to_another(self._connected.partition(":")[2], self._settings.journal)]
        text = self._files.read(self._chart_file)
        if text is None:
            # Never made anew beside a journal that was written with another one.
            return [findings.chart_missing(self._chart_file, self._journal_file)] if journal.strip() else []
        stated = read_chart(text, self._chart_file).journal
        if stated and stated != self._settings.journal:
            return [findings.other_journal(self._chart_file, stated, self._settings.journal)]
        return []


def _refusals(operation: Operation, entry: Entry, chart: ChartFile, *, numbers: Mapping[str, str]) -> list[Finding]:
    """Check again what may have changed since planning, so that no file is written that Beancount refuses."""
    found: list[Finding] = []
    if entry.number in numbers:
        found.append(findings.number_taken(entry.number, numbers[entry.number]))
    for name in dict.fromkeys(one["account"] for one in operation.payload["postings"]):
        account = chart.accounts.get(name)
        if account is None:
            found.append(findings.account_unknown(name, "map"))
        elif not account.is_open(entry.day):
            found.append(findings.account_not_open(name, entry.day, "map"))
    return found


def _receipt(entry: Entry) -> dict[str, str]:
    return {"id": entry.key, "number": entry.number} if entry.number else {"id": entry.key}


def _found(key: str, times: int, entry: Entry | None) -> Found:
    if times > 1:
        return Found(standing=Standing.SEVERAL)
    if not times:
        return Found(standing=Standing.ABSENT)
    return Found(standing=Standing.STANDS, receipt=_receipt(entry) if entry else {"id": key})
