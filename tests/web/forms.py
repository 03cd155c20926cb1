"""Forms as a browser without a script sends them: what stands in the page, with what a person changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """One form: its address, what its controls hold, and its buttons by their words."""

    address: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    offered: dict[str, list[str]] = field(default_factory=dict)
    ticked: set[str] = field(default_factory=set)

    def value(self, name: str) -> str:
        """What a control holds; of several with one name the last."""
        return dict(self.values)[name]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open = False
        self._select = ""
        self._chosen: str | None = None
        self._first: str | None = None
        self._button: tuple[str, str] | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = True
            self.forms.append(Form(given["action"]))
        if not self._open:
            return
        form, name, value = self.forms[-1], given.get("name", ""), given.get("value", "")
        if tag == "input" and name:
            self._input(form, given, name, value)
        elif tag == "select":
            self._select, self._chosen, self._first = name, None, None
            form.offered[name] = []
        elif tag == "option" and self._select:
            form.offered[self._select].append(value)
            self._first = value if self._first is None else self._first
            self._chosen = value if "selected" in given else self._chosen
        elif tag == "button" and given.get("type") != "button":
            self._button, self._words = (name, value), ""

    def _input(self, form: Form, given: dict[str, str], name: str, value: str) -> None:
        if given.get("type") in ("checkbox", "radio"):
            form.offered.setdefault(name, []).append(value)
            if "checked" not in given:
                return
            form.ticked.add(name)
        form.values.append((name, value))

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        form = self.forms[-1]
        if tag == "form":
            self._open = False
        elif tag == "select":
            chosen = self._chosen if self._chosen is not None else self._first
            form.values.append((self._select, chosen or ""))
            self._select = ""
        elif tag == "button" and self._button:
            form.buttons.append((" ".join(self._words.split()), *self._button))
            self._button = None


def forms_in(text: str) -> list[Form]:
    """Read the forms of a page."""
    reader = _Reader()
    reader.feed(text)
    return reader.forms


def press(text: str, words: str, changes: dict[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """Return where a button sends its form, and what; the button is known by what it says, or how that begins."""
    for exact in (True, False):
        for form in forms_in(text):
            for said, name, value in form.buttons:
                if said == words or (not exact and said.startswith(words)):
                    return form.address, _filled(form, changes, (name, value))
    raise AssertionError(f"there is no button {words!r}; there are: {[form.buttons for form in forms_in(text)]}")


def _filled(form: Form, changes: dict[str, str], button: tuple[str, str]) -> list[tuple[str, str]]:
    known = {name for name, _ in form.values} | set(form.offered)
    unknown = set(changes) - known
    assert not unknown, f"no such control: {unknown}; there are {sorted(known)}"
    sent = [(name, value) for name, value in form.values if name not in changes]
    sent += [(name, value) for name, value in changes.items() if value is not None]
    return [*sent, button] if button[0] else sent
