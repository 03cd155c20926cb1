"""Every answer, errors and files too, has the headers that keep browsers from doing more than they should."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.support.chain import Venue
from tests.web.site import Browser, browse
from tests.web.test_pages import paths

import takings.web

TEMPLATES = Path(takings.web.__file__).parent / "templates"


def check(headers: dict[str, str]) -> None:
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "set-cookie" not in headers


def test_every_page_has_them_and_is_not_kept(month: Venue, browser: Browser):
    for path in [*paths(month), "/nothing", "/i/unknown"]:
        headers = dict(browser.get(path).headers)
        check(headers)
        assert headers["cache-control"] == "no-store", path


def test_refusals_have_them(browser: Browser):
    for method, path in (("POST", "/new"), ("DELETE", "/"), ("PUT", "/audit")):
        check(dict(browser.request(method, path).headers))
    browser.who = ""
    check(dict(browser.get("/").headers))


def test_a_fault_has_them_and_a_reference_and_tells_nothing(month: Venue, caplog: pytest.LogCaptureFixture):
    def broken(scope: object) -> None:
        raise RuntimeError("the password is hunter2")

    answer = browse(month, principal=broken).get("/")
    assert answer.status_code == 500
    check(dict(answer.headers))
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    reference = re.search(r"<code>(\w{16})</code>", answer.text)
    assert reference is not None
    assert reference[1] in caplog.text


def test_files_are_kept_for_good_under_the_name_of_their_content(browser: Browser):
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', browser.get("/").text)
    assert len(found) == 3
    for path in found:
        answer = browser.get(path)
        check(dict(answer.headers))
        assert "immutable" in answer.headers["cache-control"]
        assert browser.get(path.replace("/static/", "/static/0")).status_code == 404
    for wrong in ("/static/x/../secret", "/static/x/%2e%2e%2fapp.py", "/static/x/takings.css"):
        assert browser.get(wrong).status_code == 404


def test_a_host_may_frame_the_pages_itself(month: Venue):
    headers = browse(month, frame_ancestors="https://shop.example").get("/").headers
    assert "frame-ancestors https://shop.example" in headers["content-security-policy"]


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_needs_a_looser_policy(template: Path):
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text)
    assert "|safe" not in text.replace(" ", "")
