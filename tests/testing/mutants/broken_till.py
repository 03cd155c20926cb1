"""Sources that are broken in exactly one way each, beside two that are not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from shared import Mutant

from takings.plugin import (
    AuthorisationExpired,
    Batch,
    Catalogue,
    Content,
    DaySummary,
    Line,
    LineKind,
    Misconfigured,
    Period,
    RateLimited,
    RawRecord,
    Retry,
    Settings,
    TokenTyped,
    WayIn,
    option,
)
from takings_example.till import TILL
from takings_example.till_reader import TENDERS, TillReader, read_codes
from takings_example.till_source import TillSource


class Till(TillSource):
    """The template's source, which asks for a token."""

    def _get(self, path: str, params: dict[str, str]) -> Any:
        reply = self._context.http.request("GET", self._url + path, params=params)
        self.judge(reply)
        return reply

    def judge(self, reply: Any) -> None:
        if reply.status_code == 401:
            raise AuthorisationExpired("Till")
        if reply.status_code == 429:
            raise RateLimited(timedelta(seconds=int(reply.headers["retry-after"])))
        if reply.status_code != 200:
            raise Retry(f"Till answered {reply.status_code}")


def till(source: type[TillSource] = Till, reader: type[TillReader] = TillReader, **changes: Any) -> Any:
    def open_till(installation: Any, connection: Any, context: Any) -> Any:
        return source(installation.till_url, context)

    given = {"open": open_till, "reader": reader(), "connecting": TokenTyped(title="Key"), **changes}
    return replace(TILL, **given)


class StopsAfterAPage(Till):
    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        for batch in super().read(period, cursor):
            yield replace(batch, cursor=None)
            return


class IgnoresTheCursor(Till):
    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        return super().read(period, None)


class ShufflesEverySecondTime(Till):
    times = 0

    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        type(self).times += period.days > 20 and cursor is None
        for number, batch in enumerate(super().read(period, cursor)):
            turn = number == 0 and cursor is None and self.times % 2
            yield replace(batch, records=batch.records[::-1]) if turn else batch


class LeavesACursorAtTheEnd(Till):
    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        for batch in super().read(period, cursor):
            yield replace(batch, cursor=batch.cursor or "end")


class ReadsADayMore(Till):
    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        wider = Period(period.first, period.last + timedelta(days=1)) if period.days > 2 else period
        return super().read(wider, cursor)


class DiesOfAnEmptyPeriod(Till):
    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        if period.first < date(2000, 1, 1):
            raise Misconfigured("till_url", "the till has no such days")
        return super().read(period, cursor)


class NeverBalances(TillReader):
    def parse(self, record: RawRecord) -> Any:
        day = super().parse(record)
        if not isinstance(day, DaySummary):
            return day
        first, *others = day.lines
        return replace(day, lines=(replace(first, amount=first.amount + 1), *others))


class StatesTaxOfNone(TillReader):
    def parse(self, record: RawRecord) -> Any:
        day = super().parse(record)
        return replace(day, charges_tax=False) if isinstance(day, DaySummary) else day


class RecordsFloats(TillReader):
    def parse(self, record: RawRecord) -> Any:
        day = super().parse(record)
        if not isinstance(day, DaySummary):
            return day
        return replace(day, tenders=tuple(replace(one, recorded=float(one.recorded)) for one in day.tenders))


class WritesKindsAsText(TillReader):
    def parse(self, record: RawRecord) -> Any:
        day = super().parse(record)
        if not isinstance(day, DaySummary):
            return day
        return replace(day, lines=tuple(replace(one, kind="a sale") for one in day.lines))


class Counts(TillReader):
    def __init__(self) -> None:
        self.count = 0

    def parse(self, record: RawRecord) -> Any:
        self.count += 1
        day = super().parse(record)
        return replace(day, number=str(self.count)) if isinstance(day, DaySummary) else day


class Raises(TillReader):
    def parse(self, record: RawRecord) -> Any:
        json.loads(record.body)["revision"] + 1
        return super().parse(record)


class ChangesFiles(TillReader):
    def read_file(self, body: bytes, name: str) -> Content:
        content = super().read_file(body, name)
        return replace(
            content, records=tuple(replace(one, body=one.body.replace(b"Coffee", b"Tea")) for one in content.records)
        )


class ForgetsACode(Till):
    def catalogue(self) -> Catalogue:
        found = super().catalogue()
        return replace(found, codes=tuple(one for one in found.codes if one.code != "CASH"))


class ComplainsAlways(Till):
    def check(self) -> Any:
        from takings.plugin import Finding

        return (Finding(code="mutant.complaint", what="It is Monday"),)


class TakesUnauthorisedForAFault(Till):
    def judge(self, reply: Any) -> None:
        if reply.status_code == 401:
            raise Retry("Till answered 401")
        super().judge(reply)


class WaitsTooShort(Till):
    def judge(self, reply: Any) -> None:
        if reply.status_code == 429:
            raise RateLimited(timedelta(seconds=1))
        super().judge(reply)


class BlamesTheSettings(Till):
    def judge(self, reply: Any) -> None:
        if reply.status_code >= 500:
            raise Misconfigured("till_url", "it answers nonsense")
        super().judge(reply)


class TrustsReplies(Till):
    def catalogue(self) -> Catalogue:
        reply = self._get("/codes", {})
        json.loads(reply.content)["shop"]
        return read_codes(reply.content)


class SecretInstallation(Settings):
    till_url: str = option("", title="Address", help="Of the till", kind="address")
    till_secret: str = option("s3cret/of the till", title="Secret", help="Of the till", kind="secret")


def open_and_tell(installation: Any, connection: Any, context: Any) -> Any:
    context.log.info("opened", settings=installation.till_secret.replace("/", "%2F").replace(" ", "%20"))
    return Till(installation.till_url, context)


class Odd(TillReader):
    """Odd names, in every alphabet, and lines of nothing."""

    def parse(self, record: RawRecord) -> Any:
        day = super().parse(record)
        if not isinstance(day, DaySummary):
            return day
        nothing = Line(kind=LineKind.ROUNDING, account="", amount=Decimal("0.00"), name="", tax_code="")
        return replace(
            day,
            lines=(*(replace(one, account=odd(one.account), name=odd(one.name)) for one in day.lines), nothing),
            site=replace(day.site, name="Zażółć «gęślą» 🍺\u200b"),
        )


def odd(code: str) -> str:
    return f'  {code}/🍺 "l\'été" \\ %00'


class OnePageForEach(Till):
    """A page for each day, and an empty one between them."""

    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        begin = date.fromisoformat(cursor.strip("{} ")) if cursor else period.first
        while begin <= period.last:
            (batch,) = super().read(Period(begin, begin), None)
            begin += timedelta(days=1)
            yield Batch(records=batch.records, cursor=f"{{ {begin} }}")
        yield Batch(records=(), cursor=None)

    def catalogue(self) -> Catalogue:
        found = super().catalogue()
        codes = tuple(replace(one, code=odd(one.code)) if one.dimension == "groups" else one for one in found.codes)
        return replace(found, codes=codes)


healthy = Mutant(till())
hostile = Mutant(till(OnePageForEach, Odd, ways_in=frozenset({WayIn.PULL})))
stops_after_a_page = Mutant(till(StopsAfterAPage), "test_a_period_is_read_to_its_end")
ignores_the_cursor = Mutant(till(IgnoresTheCursor), "test_resuming_from_every_cursor_loses_and_repeats_nothing")
shuffles = Mutant(till(ShufflesEverySecondTime), "test_the_same_period_twice_gives_the_same_records")
endless = Mutant(till(LeavesACursorAtTheEnd), "test_cursors_are_short_texts_and_the_last_is_none")
a_day_more = Mutant(till(ReadsADayMore), "test_days_are_in_the_period")
dies_of_nothing = Mutant(till(DiesOfAnEmptyPeriod), "test_a_period_without_days_is_no_fault")
never_balances = Mutant(till(reader=NeverBalances), "test_at_least_one_day_balances")
states_tax_of_none = Mutant(till(reader=StatesTaxOfNone), "test_what_days_say_of_tax_goes_together")
floats = Mutant(till(reader=RecordsFloats), "test_amounts_are_decimals_of_the_currency")
kinds_as_text = Mutant(
    till(reader=WritesKindsAsText, ways_in=frozenset({WayIn.PULL})), "test_days_have_the_types_of_the_contract"
)
counts = Mutant(till(reader=Counts, ways_in=frozenset({WayIn.PULL})), "test_parsing_is_pure")
raises = Mutant(till(reader=Raises), "test_parsing_never_raises")
changes_files = Mutant(till(reader=ChangesFiles), "test_a_file_gives_the_same_days")
forgets_a_code = Mutant(till(ForgetsACode), "test_the_catalogue_covers_the_codes_that_days_use")
no_methods = Mutant(
    till(dimensions=tuple(one for one in TILL.dimensions if one.key != TENDERS)),
    "test_dimensions_are_those_that_days_use",
)
complains = Mutant(till(ComplainsAlways), "test_nothing_stands_in_the_way_of_reading")
unauthorised = Mutant(till(TakesUnauthorisedForAFault), "test_an_unknown_token_is_an_expired_authorisation")
impatient = Mutant(till(WaitsTooShort), "test_a_rate_limit_is_waited_for")
blames = Mutant(till(BlamesTheSettings), "test_a_fault_of_the_system_is_tried_again")
trusts = Mutant(till(TrustsReplies), "test_gibberish_is_no_fault_of_the_plugin")
tells_secrets = Mutant(till(installation=SecretInstallation, open=open_and_tell), "test_no_secret_is_shown")
