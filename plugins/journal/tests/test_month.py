"""A month through the engine: posted to the cent, read back, and never twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader

from takings import LOCAL, Engine, Installation, KeyRing, Period, PluginHost, TakingsError

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


def sample() -> Path | None:
    """The sample month, where it is at hand beside the repository."""
    shared = os.environ.get("TAKINGS_SHARED") or Path(__file__).parents[4] / "shared"
    folder = Path(shared) / "data" / "anchor-hotel-2026-10"
    return folder if (folder / "catalogue.json").exists() else None


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    values = {
        "journal:beancount": {"folder": str(tmp_path / "books")},
        "impos:eod": {"service_url": "http://127.0.0.1:9"},
    }
    made = Engine(
        tmp_path / "takings.db", PluginHost.load(), keys=KeyRing.generate(), installation=Installation(values)
    )
    with made as engine:
        engine.upgrade()
        yield engine


def bring(engine: Engine, folder: Path, name: str) -> list[dict[str, Any]]:
    """Set an integration up and import the month's first revisions."""
    engine.provision(LOCAL, name=name, source="impos:eod", target="journal:beancount", numbering="builtin:dated")
    engine.connect_directly(LOCAL, name)
    records = []
    for path in (folder / "catalogue.json", *sorted(folder.glob("2026-*.json"))):
        content = json.loads(path.read_text("utf-8"))
        if content.get("revision", 1) == 1:
            assert engine.import_file(LOCAL, name, path.read_bytes(), name=path.name).accepted
            records += [content] if "trading_day" in content else []
    engine.accept_suggestions(LOCAL, name, least_score=1)
    return records


def test_the_sample_month_stands_in_the_journal_to_the_cent(engine: Engine, tmp_path: Path) -> None:
    folder = sample()
    if folder is None:
        pytest.skip("the sample month is not beside the repository")
    records = bring(engine, folder, "anchor")
    run = engine.sync(LOCAL, "anchor", OCTOBER, confirm=29, pull=False)
    assert [one.business_date.day for one in run.held] == [9, 15]
    assert (run.counts["documents"], run.counts["payments"], run.counts["calls"]) == (29, 174, 1)
    verified = engine.verify(LOCAL, "anchor")
    assert verified.agrees
    assert (verified.total, verified.tax) == (Decimal("205487.09"), Decimal("17564.86"))
    (document,) = [one for one in verified.checked if one.business_date.day == 12]
    assert document.total < 0

    file = tmp_path / "books" / "takings.beancount"
    entries, errors, _ = loader.load_file(str(file))
    assert errors == []
    posted = [one for one in entries if type(one).__name__ == "Transaction"]
    cash = sum(
        (one.units.number for each in posted for one in each.postings if one.meta.get("about") == "Cash"), Decimal(0)
    )
    held = {"2026-10-09", "2026-10-15"}
    expected = sum(
        Decimal(tender["counted"])
        for one in records
        for tender in one["payments"]
        if tender["paymethod"] == "CASH" and one["trading_day"] not in held
    )
    assert cash == expected
    amex = [
        one.units.number
        for each in posted
        if each.date.day == 25
        for one in each.postings
        if one.account == "Assets:Clearing:AMEX"
    ]
    assert len(amex) == 1
    assert amex[0] < 0

    text = file.read_text("utf-8")
    again = engine.sync(LOCAL, "anchor", OCTOBER, pull=False)
    assert (again.counts["documents"], file.read_text("utf-8")) == (0, text)


def test_a_lost_database_finds_its_transactions_and_posts_nothing_twice(engine: Engine, tmp_path: Path) -> None:
    folder = sample()
    if folder is None:
        pytest.skip("the sample month is not beside the repository")
    bring(engine, folder, "anchor")
    engine.sync(LOCAL, "anchor", OCTOBER, confirm=29, pull=False)
    text = (tmp_path / "books" / "takings.beancount").read_text("utf-8")
    with Engine(
        tmp_path / "new.db", engine.plugins, keys=KeyRing.generate(), installation=engine.installation
    ) as anew:
        anew.upgrade()
        bring(anew, folder, "anchor")
        run = anew.sync(LOCAL, "anchor", OCTOBER, pull=False)
        assert (run.counts["taken_over"], run.counts["documents"], run.counts["calls"]) == (29, 0, 0)
        assert anew.verify(LOCAL, "anchor").agrees
    assert (tmp_path / "books" / "takings.beancount").read_text("utf-8") == text


def test_a_lost_database_knows_a_day_that_was_taken_back_and_posts_it_anew(engine: Engine, tmp_path: Path) -> None:
    folder, day = sample(), date(2026, 10, 2)
    if folder is None:
        pytest.skip("the sample month is not beside the repository")
    bring(engine, folder, "anchor")
    engine.sync(LOCAL, "anchor", OCTOBER, confirm=29, pull=False)
    assert engine.undo(LOCAL, "anchor", days=[day], confirm=1).state == "done"
    file = tmp_path / "books" / "takings.beancount"
    text = file.read_text("utf-8")
    with Engine(
        tmp_path / "new.db", engine.plugins, keys=KeyRing.generate(), installation=engine.installation
    ) as anew:
        anew.upgrade()
        bring(anew, folder, "anchor")
        assert anew.sync(LOCAL, "anchor", OCTOBER, pull=False).counts["taken_over"] == 28
        (found,) = [one for one in anew.days(LOCAL, "anchor") if one.business_date == day]
        assert (found.state, [one.code for one in found.findings]) == ("undone", ["ledger.reversed"])
        assert file.read_text("utf-8") == text
        anew.decide(LOCAL, "anchor", [day], decision="repost")
        assert anew.sync(LOCAL, "anchor", OCTOBER, pull=False).counts["documents"] == 1
        assert anew.verify(LOCAL, "anchor").agrees
    assert file.read_text("utf-8").startswith(text)


def test_another_journal_is_refused_where_one_is_connected(engine: Engine, tmp_path: Path) -> None:
    engine.provision(LOCAL, name="anchor", source="impos:eod", target="journal:beancount")
    engine.connect_directly(LOCAL, "anchor")
    with pytest.raises(TakingsError, match=r"beancount:other|Takings"):
        engine.connect_directly(LOCAL, "anchor", settings={"journal": "other"})
    view = engine.connect_directly(LOCAL, "anchor", settings={"journal": "takings"})
    assert view.target is not None
    assert view.target.organisation == "beancount:takings"
    assert not (tmp_path / "books").exists()
