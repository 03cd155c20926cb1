"""Reports through the JSON API: the shapes of the command line, and the same files, by parameter or by Accept."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator

import httpx
import pytest
from tests.web.api.conftest import Shop, Stage, open_shop

from takings.domain.period import Period
from takings.engine.printing import print_csv, print_html
from takings.views import Principal, encode

ANNA = Principal(owner="anna", name="Anna")
PLACES = ("reports/day/2026-11-01", "reports/month/2026-11", "reports/clearing?from=2026-11-01&to=2026-11-05")


@pytest.fixture(scope="module")
def shop(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("read"), stage.file, like=stage.shop) as made:
        yield made


@pytest.fixture
def posted(stage: Stage) -> str:
    return f"/integrations/{stage.ref}"


def test_each_report_is_the_engines_as_json_csv_and_page(shop: Shop, posted: str) -> None:
    ref = posted.rpartition("/")[2]
    first, last = (shop.engine.days(ANNA, ref)[n].business_date for n in (0, -1))
    reports = (
        shop.engine.day_sheet(ANNA, ref, first),
        shop.engine.month_summary(ANNA, ref, first),
        shop.engine.clearing_report(ANNA, ref, Period(first, last)),
    )
    for place, report in zip(PLACES, reports, strict=True):
        join = "&" if "?" in place else "?"
        assert shop.anna.get(f"{posted}/{place}") == encode(report)
        assert shop.anna.ask("GET", f"{posted}/{place}{join}format=csv").text == print_csv(report)
        assert shop.anna.ask("GET", f"{posted}/{place}{join}format=html").text == print_html(report)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/csv;q=0.2, application/json;q=0.9", "application/json"),
        ("image/png", "application/json"),
        ("text/csv;q=high", "application/json"),
        ("", "application/json"),
    ],
)
def test_accept_chooses_where_no_parameter_does(shop: Shop, posted: str, accept: str, kind: str) -> None:
    answer = shop.anna.ask("GET", f"{posted}/{PLACES[1]}", headers={"Accept": accept})
    assert answer.headers["content-type"] == kind
    asked = shop.anna.ask("GET", f"{posted}/{PLACES[1]}?format=json", headers={"Accept": accept})
    assert asked.headers["content-type"] == "application/json"


def test_a_file_has_a_name_and_a_page_runs_nothing(shop: Shop, posted: str) -> None:
    file = shop.anna.ask("GET", f"{posted}/{PLACES[1]}?format=csv")
    assert file.headers["content-disposition"] == 'attachment; filename="corner-month-2026-11.csv"'
    page = shop.anna.ask("GET", f"{posted}/{PLACES[0]}?format=html")
    assert styled(page)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def styled(page: httpx.Response) -> bool:
    """Whether the policy lets the page's own style be applied."""
    style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    return f"style-src 'sha256-{digest}'" in page.headers["content-security-policy"]


def test_what_there_is_no_report_of_is_not_found(shop: Shop, posted: str) -> None:
    for place in ("day/2026-12-24", "day/20261101", "day/x", "month/2026-13", "month/26-11", "clearing?account=999"):
        assert shop.anna.get(f"{posted}/reports/{place}", 404)["error"]["kind"] == "not_found"
    shop.anna.get(f"{posted}/reports/month/2026-11?format=pdf", 400)
