"""A posted day is shown where it was posted, and one that waits where it would go."""

from __future__ import annotations

from typing import Any

from tests.support.days import a_day, a_table, entry, line, mapped, ref, tender

from takings.domain.adjusting import PostedTender, content_of
from takings.domain.day import LineKind
from takings.domain.mapping import Choice, MappingTable, Treatment
from takings.domain.places import (
    OPEN,
    Place,
    Places,
    Posted,
    decode_places,
    encode_places,
    planned_tender,
    tender_places,
)

FOOD, BEER, CASH = line("5.00"), line("6.00", "BEER"), tender("11.00")
DAY = a_day(FOOD, BEER, CASH)
MOVED = a_table(
    entry("accounts", "FOOD", "209"), entry("tenders", "CASH", "618"), entry("taxes", "GST", "BASEXCLUDED")
)
WAS = Place(choice="post", account="201 Account 201", tax="OUTPUT Account OUTPUT")
WOULD = Place(choice="post", account="209 Account 209", tax="BASEXCLUDED Account BASEXCLUDED")


def posted(record: int = 1, **changes: Any) -> Posted:
    content = mapped(DAY)
    kept = {"lines": decode_places(encode_places(content)), "tenders": tender_places(content_of(content).tenders)}
    return Posted(**{"record": record, **kept, **changes})


def test_what_was_posted_stays_where_it_was_posted() -> None:
    places = Places(table=MOVED, record=1, posted=posted())
    assert places.line(FOOD, DAY) == WAS
    assert places.tender(CASH) == Place(choice="post", account="611 Account 611")


def test_what_waits_goes_where_it_is_mapped() -> None:
    places = Places(table=MOVED, record=1)
    assert places.line(FOOD, DAY) == WOULD
    assert places.tender(CASH).shown == "618 Account 618"
    nowhere = Places(table=MappingTable([], []), record=1)
    assert (nowhere.line(FOOD, DAY).choice, nowhere.tender(CASH).choice) == (OPEN, OPEN)
    assert nowhere.line(FOOD, DAY).shown == ""


def test_what_was_left_out_of_a_posting_is_told_so_and_what_came_since_is_not() -> None:
    late, card = line("1.00", "FOOD", "FRE"), tender("1.00", "CARD")
    same = Places(table=MOVED, record=1, posted=posted())
    assert (same.line(late, DAY).shown, same.tender(card).shown) == ("do not post", "do not post")
    newer = Places(table=MOVED, record=2, posted=posted())
    assert newer.line(late, DAY).account == "209 Account 209"
    assert newer.tender(card).account == "612 Account 612"


def test_what_came_to_nothing_was_posted_nowhere_and_is_shown_where_it_would_go() -> None:
    places = Places(table=MOVED, record=1, posted=posted())
    assert places.line(line("0.00"), DAY) == WOULD
    assert places.tender(tender("0.00")).account == "618 Account 618"


def test_lines_of_an_older_version_are_shown_where_they_would_go() -> None:
    places = Places(table=MOVED, record=1, posted=posted(lines=None))
    assert places.line(FOOD, DAY) == WOULD
    assert places.tender(CASH).account == "611 Account 611"


def test_the_lines_that_were_posted_are_those_that_had_a_place() -> None:
    left_out = a_table(entry("accounts", "BEER", choice=Choice.DO_NOT_POST))
    assert Places(table=left_out, record=1, posted=posted()).posted_lines(DAY) == [FOOD, BEER]
    assert Places(table=left_out, record=1).posted_lines(DAY) == [FOOD]
    late = line("1.00", "FOOD", "FRE")
    assert Places(table=MOVED, record=1, posted=posted()).posted_lines(a_day(FOOD, late)) == [FOOD]


def test_a_payment_method_that_waits_is_shown_by_what_was_decided_of_it() -> None:
    assert planned_tender(CASH, MOVED) == Place(choice="post", account="618 Account 618")
    for choice, shown in ((Choice.LEAVE_OPEN, "leave open"), (Choice.DO_NOT_POST, "do not post")):
        place = planned_tender(CASH, a_table(entry("tenders", "CASH", choice=choice)))
        assert (place, place.shown) == (Place(choice=choice.value), shown)
    assert planned_tender(CASH, MappingTable([], [])) == Place(choice=OPEN)


def test_places_are_kept_by_account_and_rate_with_what_the_source_says_of_the_lines() -> None:
    free, wine = line("1.00", "FOOD", "FRE"), line("4.00", "WINE")
    table = a_table(entry("accounts", "WINE", "201"))
    day = a_day(FOOD, free, wine, BEER, line("2.00"), tender("18.00"))
    taxed, exempt = "OUTPUT Account OUTPUT", "EXEMPT Account EXEMPT"
    assert encode_places(mapped(day, table)) == [
        {"account": "201 Account 201", "tax": taxed, "of": [["sale", "FOOD", "GST"], ["sale", "WINE", "GST"]]},
        {"account": "201 Account 201", "tax": exempt, "of": [["sale", "FOOD", "FRE"]]},
        {"account": "202 Account 202", "tax": taxed, "of": [["sale", "BEER", "GST"]]},
    ]


def test_lines_without_a_rate_are_kept_without_one() -> None:
    day = a_day(line("5.00", tax=""), line("6.00", "BEER", ""), CASH, charges_tax=False)
    assert encode_places(mapped(day)) == [
        {"account": "201 Account 201", "tax": "", "of": [["sale", "FOOD", ""]]},
        {"account": "202 Account 202", "tax": "", "of": [["sale", "BEER", ""]]},
    ]


def test_settings_rule_where_lines_of_their_kind_would_go() -> None:
    rules = {
        LineKind.VARIANCE: Treatment(account=ref("421"), takes_open=True),
        LineKind.TIP: Treatment(tax=ref("BASEXCLUDED"), tax_title="Tax of tips"),
    }
    usual = a_table()
    table = MappingTable(
        usual.dimensions.values(),
        [entry("accounts", "FOOD", "201"), entry("taxes", "GST", "OUTPUT")],
        treatments=rules,
    )
    over, tip = line("0.50", "OVER", "", LineKind.VARIANCE), line("2.00", "FOOD", "GST", LineKind.TIP)
    places = Places(table=table, record=1)
    assert places.line(over, DAY) == Place(choice="post", account="421 Account 421")
    assert places.line(tip, DAY).tax == "BASEXCLUDED Account BASEXCLUDED"
    assert places.line(FOOD, DAY) == WAS


def test_a_payment_method_that_was_moved_stands_in_the_account_it_was_moved_to() -> None:
    def of(account: str, amount: str, code: str = "CASH") -> PostedTender:
        place = ref(account) if account else None
        return PostedTender(account=place, code=code, name="Cash", amount=tender(amount).counted)

    moved = [of("611", "11.00"), of("611", "-11.00", "CASH@id-611"), of("618", "12.00")]
    assert tender_places(moved) == {"CASH": Place(choice="post", account="618 Account 618")}
    both = tender_places([of("611", "11.00"), of("618", "1.00")])
    assert both["CASH"].account == "611 Account 611, 618 Account 618"
    assert tender_places([of("", "11.00")])["CASH"].shown == "leave open"
