"""Fixtures of the browser tests: one browser for all of them, and people who sit in front of it.

The browser's driver keeps an event loop running in this process from the first browser test on, so these tests come
after all others on every worker.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from tests.e2e.people import People
from tests.e2e.place import Place, open_place
from tests.support.fixtures import schema_file

__all__ = ["schema_file"]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",  # dates are typed in the order of the language
)

#: How long a page may take on a machine that does other things too, in milliseconds.
PATIENCE = 90_000
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find_browser() -> str:
    """Return the program to start; empty where there is none. `TAKINGS_CHROMIUM` is a path, or `none`."""
    given = os.environ.get("TAKINGS_CHROMIUM", "")
    if given == "none":
        return ""
    if given:
        return given if os.access(given, os.X_OK) else ""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_needs_browser)
    if find_browser():
        return
    if os.environ.get("TAKINGS_REQUIRE_BROWSER") == "1" and any(map(_needs_browser, items)):
        raise pytest.UsageError("TAKINGS_REQUIRE_BROWSER is set, and there is no Chromium")
    why = "no Chromium: apt-get install chromium-headless-shell, or set TAKINGS_CHROMIUM to a path"
    for item in filter(_needs_browser, items):
        item.add_marker(pytest.mark.skip(reason=why))


def _needs_browser(item: pytest.Item) -> bool:
    return "chromium" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def people(chromium: Browser) -> Iterator[People]:
    """Lets people sit down in front of the browser; fails where a page complained."""
    found = People(chromium)
    yield found
    found.leave()


@pytest.fixture
def place(tmp_path: Path, schema_file: Path) -> Iterator[Place]:
    """A running `takings serve` on an empty database, between a point of sale and a ledger."""
    with ExitStack() as stack:
        yield open_place(stack, tmp_path, schema_file)
