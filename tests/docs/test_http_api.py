"""The JSON API's page and its OpenAPI document are what `make docs` writes from the code."""

from __future__ import annotations

from docs._tools.http_api import DOCUMENT, PAGE, page, written
from docs._tools.http_examples import FILE
from docs._tools.http_examples import written as recorded_file

from takings.web.api.app import OPERATIONS


def test_the_committed_document_and_page_are_what_the_code_says() -> None:
    assert DOCUMENT.read_text("utf-8") == written(), "run `make docs` and commit what it wrote"
    assert PAGE.read_text("utf-8") == page(), "run `make docs` and commit what it wrote"


def test_the_recorded_answers_are_what_the_code_answers() -> None:
    assert FILE.read_text("utf-8") == recorded_file(), "run `make docs` and commit what it wrote"


def test_every_operation_stands_on_the_page_with_its_act() -> None:
    text = page()
    for one in OPERATIONS:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{one.method} {one.path}` |"))
        assert one.text in row
        assert not one.act or f"`{one.act}`" in row


def test_headings_have_anchors_of_their_own() -> None:
    headings = [line.lstrip("# ").lower() for line in page().splitlines() if line.startswith(("## ", "### "))]
    assert len(set(headings)) == len(headings)
