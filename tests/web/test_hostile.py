"""Text of other systems and of people is only ever text: on pages, in addresses, in headers."""

from __future__ import annotations

import copy
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select
from tests.engine.conftest import bring_catalogue
from tests.support.chain import Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month
from tests.web.conftest import KIM
from tests.web.site import browse, id_of
from tests.web.test_pages import paths

from takings.domain.findings import Finding
from takings.engine import Engine
from takings.store.tables import Connection, Integration, Run
from takings.sync.encoding import encode_findings

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}"


class Structure(HTMLParser):
    """The tags of a page with their attributes' names; of addresses the values too."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = [name if name not in ("href", "src", "action") else (name, value) for name, value in attrs]
        self.found.append((tag, kept))


def structure(text: str) -> list[Any]:
    parser = Structure()
    parser.feed(text)
    return parser.found


@pytest.fixture(scope="module")
def renamed(make_lasting: MakeVenue, made_up: Month) -> Venue:
    """A venue whose names are changed by every example."""
    venue = make_lasting(principal=KIM, name="plain")
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:9])
    venue.sync()
    return venue


def rename(engine: Engine, ref: str, text: str) -> None:
    """Put a text wherever another system's or a person's words can stand."""
    with engine.database.write() as session:
        row = session.get_one(Integration, ref)
        row.name, row.reason = text, text
        session.add(row)
        for id_ in (row.source_connection_id, row.target_connection_id):
            connection = session.get_one(Connection, id_)
            connection.name, connection.reason = text, text
            session.add(connection)
        run = session.exec(select(Run).where(Run.integration_id == ref)).one()
        run.principal = text
        words = dict.fromkeys(("what", "why", "do", "verbatim", "subject"), text)
        run.findings = encode_findings((Finding(code="test.words", where="day", **words),))
        session.add(run)


#: The pages of an integration that show names.
_PAGES = ("runs", "held", "calendar", "delete", "settings", "drift", "reports/month")

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)


names = st.lists(st.sampled_from(["<", ">", "'", '"', "&", "</title>", "<!--", "{{", "javascript:"]) | words).map(
    "".join
)
unhurried = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=3, **unhurried)
@example(EVIL)
@given(names)
def test_no_name_changes_a_page(renamed: Venue, text: str):
    rename_and_look(renamed, text)


@pytest.mark.soak
@settings(max_examples=100, **unhurried)
@given(names)
def test_none_of_many_names_changes_a_page(renamed: Venue, text: str):
    rename_and_look(renamed, text)


def rename_and_look(renamed: Venue, text: str) -> None:
    ref, browser = id_of(renamed) if renamed.name == "plain" else renamed.name, browse(renamed)
    renamed.name = ref
    text = text.strip() or "x"
    places = ["/", "/audit", f"/i/{ref}", *(f"/i/{ref}/{one}" for one in _PAGES)]
    places.append(f"/i/{ref}/runs/{renamed.engine.runs(KIM, ref)[0].id}")
    rename(renamed.engine, ref, "plain")
    plain = [structure(browser.get(path).text) for path in places]
    rename(renamed.engine, ref, text)
    for path, expected in zip(places, plain, strict=True):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert structure(answer.text) == expected, path
    file = browser.get(f"/i/{ref}/days.csv").headers["content-disposition"]
    assert file.isascii()
    assert file.count('"') == 2


def call_everything(text: str, value: Any) -> None:
    """Give everything in a record or catalogue that has a name this one."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name in ("name", "closed_by", "description") and isinstance(one, str):
                value[name] = text
            call_everything(text, one)
    elif isinstance(value, list):
        for one in value:
            call_everything(text, one)


def test_no_text_of_the_point_of_sale_is_markup(make_venue: MakeVenue, made_up: Month):
    venue = make_venue(principal=KIM)
    month = copy.deepcopy(made_up)
    call_everything(EVIL, month.catalogue)
    bring_catalogue(venue, month)
    venue.map_all()
    record = month.first[0]
    call_everything(EVIL, record)
    assert venue.push([record]).accepted
    venue.sync()
    browser = browse(venue)
    for path in paths(venue):
        answer = browser.get(path)
        if not answer.headers["content-type"].startswith("text/html"):
            assert answer.headers["x-content-type-options"] == "nosniff"  # a file, which no browser takes for a page
            continue
        text = answer.text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert ">49" not in text, path


@pytest.mark.parametrize("query", ["?done=%3Cscript%3E", "?done=paused%22onload=", "?before=%3Cscript%3E"])
def test_nothing_of_an_address_is_shown(query: str, month: Venue):
    assert "<script>" not in browse(month).get(f"/audit{query}").text
