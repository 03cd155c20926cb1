"""People in front of a browser: what they do, and whatever a page complains about while they do it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

PHONE, DESK = 360, 1280

#: Also what axe leaves out by default: targets that are too small to be hit.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "rules": {"target-size": {"enabled": True}}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}

#: Axe can't decide these alone; each time they came up, something was wrong.
DOUBTS = {"aria-valid-attr-value"}

#: Pictures of the documentation, by the state that is looked at; `make screenshots` takes them anew.
PICTURES = {
    "connect, new": "web-connect",
    "token, shown once": "web-token",
    "Match payment methods, new": "web-matching",
    "review, counted": "web-review",
    "dashboard": "web-dashboard",
    "Calendar": "web-calendar",
    "a held day": "web-held",
    "what differs": "web-difference",
    "what would be taken back": "web-undo",
    "what was edited": "web-drift",
    "a month": "web-month",
    "support, authorised": "web-support",
}

#: Of some pages only the part that matters is in the picture, or its beginning.
PART = {"web-review": "section[aria-labelledby=first]"}
TALLEST = {"web-support": 560, "web-undo": 1160, "web-difference": 1560}

_AXE = Axe()


@dataclass
class Person:
    """One person with a browser of their own: its width, its cookies, with or without JavaScript."""

    context: BrowserContext
    page: Page
    base: str
    scripts: bool
    complaints: list[str] = field(default_factory=list)
    looked_at: dict[str, int] = field(default_factory=dict)

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(path if "://" in path else f"{self.base}{path}")

    def expect_heading(self, text: str) -> None:
        """Wait until a page with this heading is there."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def press(self, name: str, *, exact: bool = True) -> None:
        """Press the first button of this name."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()

    def follow(self, name: str, *, exact: bool = True) -> None:
        """Follow the first link of this name."""
        self.page.get_by_role("link", name=name, exact=exact).first.click()

    def expect_problem(self, text: str = "") -> None:
        """The page says first that something is wrong, and with a script reading begins there."""
        summary = self.page.get_by_role("alert")
        expect(summary).to_contain_text(text or "There is a problem")
        expect(self.page).to_have_title(re.compile("^Error: "))
        if self.scripts:
            expect(summary).to_be_focused()

    def tab_to(self, name: str, *, most: int = 400) -> None:
        """Press Tab until something that reads like this has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if name in self.focused():
                return
        raise AssertionError(f"{name!r} can't be reached by Tab")

    def focused(self) -> str:
        """How what has the focus would be called: its label, its text, or its own name."""
        return str(self.page.evaluate(_NAME_OF_FOCUS))

    def see_focus(self) -> None:
        """What has the focus is marked, so that it can be found with the eyes."""
        outline = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"the focus on {self.focused()!r} can't be seen"

    def look(self, state: str) -> None:
        """Look closely at the page as it is: axe in light and dark, and nothing wider than the screen."""
        self.looked_at[state] = self.looked_at.get(state, 0) + 1
        width = self.page.viewport_size["width"] if self.page.viewport_size else DESK
        self._fits(state)
        if state in PICTURES:
            self._picture(PICTURES[state])
        if not self.scripts:
            return  # axe is a script; the same pages are looked at by somebody who has them on
        self.page.evaluate(_THIN_OUT)
        found = self._axe(OPTIONS)
        self.page.emulate_media(color_scheme="dark")
        found |= self._axe(CONTRAST)
        self.page.emulate_media(color_scheme="light")
        self.page.evaluate(_PUT_BACK)
        assert not found, f"{state} at {width}: {sorted(found)}"
        other = DESK if width == PHONE else PHONE
        self.page.set_viewport_size({"width": other, "height": 900})
        self._fits(state)
        self.page.set_viewport_size({"width": width, "height": 900})

    def _fits(self, state: str) -> None:
        self.page.wait_for_load_state()
        wide, screen = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= screen, f"{state} is {wide} pixels wide on a screen of {screen}"

    def _axe(self, options: dict[str, Any]) -> set[str]:
        answer = _AXE.run(self.page, options=options).response
        doubts = [one for one in answer["incomplete"] if one["id"] in DOUBTS]
        return {
            f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
            for one in (*answer["violations"], *doubts)
            for node in one["nodes"]
        }

    def _picture(self, name: str) -> None:
        """Save a picture for the documentation, where pictures are asked for."""
        folder = os.environ.get("TAKINGS_SCREENSHOTS")
        if not folder or not self.scripts or self.page.viewport_size != {"width": DESK, "height": 900}:
            return
        self.page.set_viewport_size({"width": 1000, "height": 900})
        path = Path(folder) / f"{name}.png"
        if name in PART:
            self.page.locator(PART[name]).screenshot(path=path, animations="disabled", caret="hide")
        else:
            tall = int(self.page.evaluate("document.documentElement.scrollHeight"))
            whole: Any = {"x": 0, "y": 0, "width": 1000, "height": min(tall, TALLEST.get(name, 1100))}
            self.page.screenshot(path=path, full_page=True, clip=whole, animations="disabled", caret="hide")
        self.page.set_viewport_size({"width": DESK, "height": 900})

    def note(self, message: ConsoleMessage) -> None:
        """Keep what a page complains about; a form that is refused is an answer and no complaint."""
        refused = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        if message.type in ("error", "warning") and not refused:
            self.complaints.append(f"{message.location['url']}: {message.text}")


class People:
    """Lets people sit down; at the end none of their pages may have complained."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._sitting: list[Person] = []

    def sit_down(
        self, base: str, *, width: int = DESK, scripts: bool = True, scheme: Literal["light", "dark"] = "light"
    ) -> Person:
        """Let somebody open a browser that knows nothing yet."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            locale="en-AU",
            timezone_id="Australia/Melbourne",
            color_scheme=scheme,
            service_workers="block",
        )
        context.set_default_timeout(30_000)
        person = Person(context, context.new_page(), base, scripts)
        person.page.on("console", person.note)
        person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
        self._sitting.append(person)
        return person

    def leave(self) -> None:
        """Close everything, and fail where a page complained."""
        complaints = [text for person in self._sitting for text in person.complaints]
        for person in self._sitting:
            person.context.close()
        assert not complaints, complaints


# Hundreds of options that are all alike take axe most of its time, so it looks at two of each list.
_THIN_OUT = """() => {
  window.wholeLists = [...document.querySelectorAll("select")].map((list) => {
    const kept = [...list.childNodes], value = list.value;
    const few = [...list.querySelectorAll("option")].filter((one, place) => place < 2 || one.selected);
    list.replaceChildren(...few.map((one) => one.cloneNode(true)));
    list.value = value;
    return [list, kept, value];
  });
}"""
_PUT_BACK = """() => {
  for (const [list, kept, value] of window.wholeLists) { list.replaceChildren(...kept); list.value = value; }
}"""

_NAME_OF_FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return "";
  const label = it.labels && it.labels.length ? it.labels[0].textContent : "";
  return [it.getAttribute("aria-label") || "", label, it.textContent || "", it.name || ""].join(" ").trim();
}"""
