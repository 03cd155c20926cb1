"""Levels source and hygiene: reading a point of sale, from its stand-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from takings.domain.money import round_amount
from takings.errors import AuthorisationExpired, Instruction, RateLimited, Retry, Unavailable
from takings.host import PluginRecord
from takings.host.checks import package_of
from takings.plugin import (
    ZERO,
    Capability,
    DaySummary,
    DimensionKind,
    Finding,
    NoConnection,
    Period,
    Prices,
    RawRecord,
    ReplyLost,
    WayIn,
)
from takings.testing.base import needs, none_of
from takings.testing.faults import answers
from takings.testing.hygiene import FAULTS, Said
from takings.testing.mutations import mutated
from takings.testing.shapes import misfits
from takings.testing.source_base import SourceBase
from takings.testing.source_bench import SourceBench, amounts_of, bodies, codes_of, wrong_amount
from takings.testing.watching import watching

_LONGEST_CURSOR = 4000
_WAIT = 7


class SourceConformance(SourceBase):
    """Checks a source against its stand-in."""

    def test_nothing_stands_in_the_way_of_reading(self, bench: SourceBench) -> None:
        """`check()` finds nothing wrong with a stand-in that is well."""
        _pulled(bench)
        none_of(bench.open().check())

    def test_a_period_is_read_to_its_end(self, bench: SourceBench, records: list[RawRecord]) -> None:
        """Reading the period gives all that reading it date by date gives: no page is left out."""
        _pulled(bench)
        one_by_one = [body for day in bench.period for body in bodies(bench.read(Period(day, day)))]
        missing = set(one_by_one) - {one.body for one in records}
        assert not missing, f"{len(missing)} records come only when their date is read alone"
        assert records, "the stand-in has nothing in the period; give another one as `period`"

    def test_the_same_period_twice_gives_the_same_records(self, bench: SourceBench) -> None:
        """Reading changes nothing: twice the same period gives the same bytes in the same order."""
        _pulled(bench)
        assert bodies(bench.read()) == bodies(bench.read())

    def test_resuming_from_every_cursor_loses_and_repeats_nothing(self, bench: SourceBench) -> None:
        """After a crash reading goes on from the stored cursor: exactly what came after it comes again."""
        _pulled(bench)
        batches = bench.read()
        for number, batch in enumerate(batches[:-1], start=1):
            if batch.cursor is not None:
                resumed = bodies(bench.read(cursor=batch.cursor))
                assert resumed == bodies(batches[number:]), f"from the cursor after batch {number}"

    def test_cursors_are_short_texts_and_the_last_is_none(self, bench: SourceBench) -> None:
        """A cursor is text of at most 4,000 characters, and None says that the period is read to its end."""
        _pulled(bench)
        *before, last = [batch.cursor for batch in bench.read()] or [None]
        assert last is None, "the last batch has a cursor, so the core would go on reading"
        assert all(isinstance(one, str) and 0 < len(one) <= _LONGEST_CURSOR for one in before), before

    def test_days_are_in_the_period(self, bench: SourceBench) -> None:
        """No day comes that was not asked for."""
        _pulled(bench)
        half = Period(bench.period.first, list(bench.period)[bench.period.days // 2])
        days = bench.days([record for batch in bench.read(half) for record in batch.records])
        assert [day.business_date for day in days if day.business_date not in half] == []

    def test_a_period_without_days_is_no_fault(self, bench: SourceBench) -> None:
        """Reading a period of which the system has nothing ends like any other."""
        _pulled(bench)
        long_ago = Period(bench.period.first.replace(year=1990), bench.period.first.replace(year=1990))
        days = bench.days([record for batch in bench.read(long_ago) for record in batch.records])
        assert all(day.business_date in long_ago for day in days)

    def test_at_least_one_day_balances(self, days: list[DaySummary]) -> None:
        """Some days can be read, and the lines of one come to what was counted."""
        assert days, "no record can be read as a day"
        assert any(not day.difference and not day.is_empty for day in days), f"no day balances: {_apart(days[0])}"

    def test_what_days_say_of_tax_goes_together(self, days: list[DaySummary]) -> None:
        """A day of a venue that charges no tax states none, and one with prices without tax says what is on top."""
        for day in days:
            stated = sum((one.amount for one in day.taxes), ZERO)
            assert day.charges_tax or not stated, f"{day.key} charges no tax, and states {stated}"
            lacks = day.prices is Prices.EXCLUSIVE and day.difference and not day.taxes
            assert not lacks, f"{day.key} has no tax in its prices, states none, and {_apart(day)}"

    def test_days_have_the_types_of_the_contract(self, days: list[DaySummary]) -> None:
        """Every part of a day is of the type that the contract names; amounts have a test of their own."""
        for day in days:
            wrong = [one for one in misfits(day) if not one.endswith("; Decimal is expected")]
            assert not wrong, f"{day.key.business_date}: {'; '.join(wrong[:5])}"

    def test_amounts_are_decimals_of_the_currency(self, days: list[DaySummary]) -> None:
        """Every amount is a finite `Decimal` with no more places than its currency has."""
        for day in days:
            for where, amount in amounts_of(day):
                assert not wrong_amount(amount), f"{day.key}, {where} {wrong_amount(amount)}"
                assert round_amount(amount, day.site.currency) == amount, f"{day.key}, {where} has too many places"

    def test_parsing_is_pure(self, bench: SourceBench, records: list[RawRecord]) -> None:
        """The same record gives an equal day each time."""
        for record in records:
            assert bench.parse(record) == bench.parse(record)

    def test_parsing_never_raises(self, bench: SourceBench, records: list[RawRecord]) -> None:
        """A record that is broken anywhere gives findings that say what and where, and no exception."""

        @settings(
            max_examples=self.examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(body=mutated([record.body for record in records[:3]]))
        def check(body: bytes) -> None:
            parsed = bench.parse(RawRecord(body=body, where="line 1"))
            if not isinstance(parsed, DaySummary):
                assert parsed, "it gives neither a day nor findings"
                assert all(isinstance(one, Finding) and one.what for one in parsed)

        check()

    def test_the_catalogue_covers_the_codes_that_days_use(self, bench: SourceBench, days: list[DaySummary]) -> None:
        """Whoever maps the catalogue's codes has mapped what ordinary days use."""
        _pulled(bench)
        kinds = {one.key: one.kind for one in bench.declaration.dimensions}
        known = {(kinds.get(one.dimension), one.code) for one in bench.open().catalogue().codes}
        assert known, "the catalogue is empty"
        # A code may be new on a day or two: that is what holds are for. One that most days use is no new one.
        used = [code for day in days if not day.difference for code in codes_of(day) if code[0] in kinds.values()]
        often = {code for code in used if used.count(code) > len(days) / 2}
        assert often <= known, f"not in the catalogue: {sorted(often - known)}"

    def test_dimensions_are_those_that_days_use(self, bench: SourceBench, days: list[DaySummary]) -> None:
        """Every kind of code that days use for money is a declared dimension, so that it can be mapped."""
        declared = {one.kind for one in bench.declaration.dimensions}
        # Tax codes that no dimension maps are not asked for: such a source has no taxes.
        used = {kind for day in days for kind, _ in codes_of(day)} - {DimensionKind.TAX}
        assert used <= declared, f"not declared: {sorted(used - declared)}"

    def test_pushed_records_give_the_same_days(self, bench: SourceBench, records: list[RawRecord]) -> None:
        """A pushed body is taken apart into the days that pulling gives."""
        self._same_days(bench, WayIn.PUSH, records)

    def test_a_file_gives_the_same_days(self, bench: SourceBench, records: list[RawRecord]) -> None:
        """A file is taken apart into the days that pulling gives."""
        self._same_days(bench, WayIn.FILE, records)

    def test_a_changed_day_comes_with_a_higher_revision(self, bench: SourceBench, days: list[DaySummary]) -> None:
        """A day that was changed after it was read comes again with a higher revision (`Capability.REVISIONS`)."""
        needs(Capability.REVISIONS in bench.declaration.capabilities, "Capability.REVISIONS is not declared")
        needs(self.change_a_day(bench.ready, days[0]), "change_a_day() changes nothing: give it to have this tested")
        again = [one for one in bench.days(bench.records()) if one.key == days[0].key]
        highest = max((one.revision for one in again), default=0)
        told = f"{_named(days[0])} comes again with the revision {highest}, and had {days[0].revision} before"
        assert highest > days[0].revision, told

    def test_an_unknown_token_is_an_expired_authorisation(self, bench: SourceBench) -> None:
        """A 401 raises `AuthorisationExpired`, so that the owner is asked to connect again."""
        _pulled(bench)
        needs(not isinstance(bench.declaration.connecting, NoConnection), "nothing is authorised")
        with bench.http.fault(answers(401, '{"error": "unknown token"}')), pytest.raises(AuthorisationExpired):
            bench.read()

    def test_a_rate_limit_is_waited_for(self, bench: SourceBench) -> None:
        """A 429 raises an instruction to wait for at least as long as its Retry-After says."""
        _pulled(bench)
        with bench.http.fault(answers(429, "", {"Retry-After": str(_WAIT)})):
            raised = _raised_by(bench.read)
        assert isinstance(raised, RateLimited | Retry | Unavailable), repr(raised)
        assert raised.after.total_seconds() >= _WAIT, f"it waits for {raised.after}"

    def test_a_fault_of_the_system_is_tried_again(self, bench: SourceBench) -> None:
        """500, 502, 503, 504, a lost reply and no connection raise an instruction to try again."""
        _pulled(bench)
        wanted = (Retry, Unavailable, RateLimited, ReplyLost)
        for status in (500, 502, 503, 504):
            with bench.http.fault(answers(status, "<html>it broke</html>")):
                assert isinstance(_raised_by(bench.read), wanted), f"status {status}"
        for name in ("a lost reply", "no connection"):
            with bench.http.fault(FAULTS[name]):
                assert isinstance(_raised_by(bench.read), wanted), name

    def test_gibberish_is_no_fault_of_the_plugin(self, bench: SourceBench) -> None:
        """A reply that is not what was expected gives findings or an instruction, and no other exception."""
        _pulled(bench)
        works: Mapping[str, Callable[[], object]] = {
            "read()": bench.read,
            "catalogue()": lambda: bench.open().catalogue(),
        }
        for body in ("<html>welcome</html>", "", "[]", "{}", "null", '{"items": 3}', b"\xff\xfe"):
            for name, work in works.items():
                with bench.http.fault(answers(200, body)):
                    raised = _raised_by(work)
                if raised is not None and not isinstance(raised, Instruction | ReplyLost):
                    told = f"after the reply {body!r} {name} raises {raised!r}, which is no instruction"
                    raise AssertionError(told) from raised

    def test_no_secret_is_shown(self, bench: SourceBench, caplog: pytest.LogCaptureFixture) -> None:
        """No secret stands in logs, findings, reprs or exceptions, as it is or escaped."""
        _pulled(bench)
        assert bench.connected is not None
        said, log = Said(), bench.connected.context.log
        with caplog.at_level("DEBUG"):
            for name, fault in {"nothing wrong": None, **FAULTS}.items():
                with bench.http.fault(fault or (lambda forward: forward())):
                    source = bench.open()
                    said.add("the repr of the source", source)
                    for place, work in _works(bench).items():
                        said.run(f"{place} after {name}", work)
        said.add("the log", *log.lines, *(record.getMessage() for record in caplog.records))
        assert not (leaks := said.leaks(bench.connected.secrets)), "; ".join(leaks)

    def test_files_sockets_and_environment_are_left_to_the_context(
        self, bench: SourceBench, record: PluginRecord, records: list[RawRecord]
    ) -> None:
        """The plugin's own code writes no file, opens no socket, starts no process and reads no environment."""
        works = _works(bench) if bench.pulls else {}
        for work in works.values():
            work()  # whatever is imported or made once is there now
        with watching(package_of(record)) as watch:
            for work in works.values():
                work()
            for one in records:
                bench.parse(one)
        assert not (seen := [*watch.touched, *watch.asked]), f"the plugin's own code {', '.join(dict.fromkeys(seen))}"

    def _same_days(self, bench: SourceBench, way: WayIn, records: Sequence[RawRecord]) -> None:
        needs(way in bench.declaration.ways_in, f"WayIn.{way.name} is not declared")
        content = self.taken_apart(bench, way, records)
        if content is None:
            hook = "example_file" if way is WayIn.FILE else "example_body"
            pytest.skip(f"the usual ways of putting records together don't fit: give {hook}()")
        none_of(content.findings)
        found, wanted = bench.days(content.records), bench.days(records)
        come, pulled = sorted(map(_named, found)), sorted(map(_named, wanted))
        assert set(come) == set(pulled), f"it gives {_few(come, pulled)}, and pulling gives {_few(pulled, come)}"
        others = [_named(day) for day in found if day not in wanted]
        assert not others, f"other content than when they are pulled: {', '.join(others)}"


def _works(bench: SourceBench) -> Mapping[str, Callable[[], Any]]:
    return {
        "check()": lambda: bench.open().check(),
        "catalogue()": lambda: bench.open().catalogue(),
        "read()": lambda: [bench.parse(record) for record in bench.records()],
    }


def _raised_by(work: Callable[[], object]) -> Exception | None:
    """Do something and return what this raises, an instruction or not."""
    try:
        work()
    except Exception as error:
        return error
    return None


def _named(day: DaySummary) -> str:
    """Name a day with its revision, which has to be the same whichever way it comes in."""
    return f"{day.business_date}/{day.sequence} revision {day.revision}"


def _few(ours: Sequence[str], others: Sequence[str]) -> str:
    """List a few of those that only one side has."""
    only = [one for one in ours if one not in others]
    return ", ".join(only[:3]) + (f" and {len(only) - 3} more" if len(only) > 3 else "") if only else "none but these"


def _apart(day: DaySummary) -> str:
    """Say by how much a day's lines and tenders differ."""
    if day.is_empty:
        return f"{day.key} has neither lines nor tenders"
    return f"the lines of {day.key} come to {day.lines_total}, its tenders to {day.counted_total}"


def _pulled(bench: SourceBench) -> None:
    needs(bench.pulls, "WayIn.PULL is not declared")
