"""The mapping steps: one code after the other with its suggestions, and a list of all of them at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from takings.cli.output import money, several
from takings.cli.wizard.asking import find, numbered
from takings.cli.wizard.console import Back, ask, rows, say
from takings.cli.wizard.course import Course
from takings.views import ChoiceView, MappingView, StepResult, StepView, TableView

OPEN, POST = "open", "post:"

_HELP = (
    "Type a number, or a part of a code or name of the ledger's to search for it (s TEXT searches for a text that "
    "would mean something else). a takes the best suggestion for every code without a decision, u takes that back; n "
    "leaves this code for later, . leaves all that are left."
)
#: The decisions beside a reference of the ledger, by what is typed for them.
_LETTERS = {"do_not_post": "d", "leave_open": "l"}


class _Rest(Exception):
    """What is left of the codes is left for later."""


def mapping_step(course: Course, step: StepView) -> str:
    """Ask for each code without a decision, then show all; returns the next step."""
    walked = _Walk(course, step)
    if walked.table.rows:
        walked.open_rows()
        walked.changes()
    else:
        ask("There is nothing to match here; Enter goes on")
    result = course.submit(step.key)
    if result.saved:
        return result.next
    left = result.step.table.open if result.step.table else 0
    say(f"{several(left, 'code')} without a decision: days with them are held. Come back to this step any time.")
    return step.next


class _Walk:
    """A mapping step under way; every decision is stored at once."""

    def __init__(self, course: Course, step: StepView) -> None:
        assert step.table is not None, "a mapping step that can start has a table"
        self._course, self._step, self.table = course, step, step.table

    def open_rows(self) -> None:
        """Go through the codes that need a person; `b` at the first raises `Back`."""
        codes = [one.code for one in self.table.rows if one.choice == OPEN or one.code in self.table.errors]
        decided = len(self.table.rows) - len(codes)
        say(
            f"{several(len(self.table.rows), 'code')}, {decided} with a decision, {self.table.suggested} suggestions."
        )
        place, revisiting = 0, False
        while place < len(codes):
            row = self._row(codes[place])
            try:
                if revisiting or row.choice == OPEN or row.code in self.table.errors:
                    self._ask_row(row, f"[{place + 1} of {len(codes)}]")
            except _Rest:
                return
            except Back:
                if place == 0:
                    raise
                place, revisiting = place - 1, True
                continue
            place, revisiting = place + 1, False

    def changes(self) -> None:
        """Show every decision, and change those that the person names."""
        while True:
            say()
            rows([(one.code, one.name, said(one, self.table)) for one in sorted(self.table.rows, key=_by_code)])
            text = ask("A code to change, or Enter to go on", help="a takes all suggestions, u takes that back.")
            if not text:
                return
            if text.lower() in ("a", "u") and text not in self._codes():
                self._bulk(text.lower())
                continue
            wanted = [one for one in self._codes() if one.casefold() == text.casefold()]
            if not wanted:
                say(f"There is no code {text} here.", indent="  ")
                continue
            try:
                self._ask_row(self._row(wanted[0]), "")
            except (Back, _Rest):
                continue

    def _codes(self) -> list[str]:
        return [one.code for one in self.table.rows]

    def _row(self, code: str) -> MappingView:
        return next(one for one in self.table.rows if one.code == code)

    def _ask_row(self, row: MappingView, place: str) -> None:
        """Ask until there is a decision that the engine takes, or none is wanted now."""
        named = f"{row.code}  {row.name}" if row.name != row.code else row.code
        say()
        category = f"({row.category})" if row.category else ""
        say(" ".join(part for part in (place, named, category, _volume(row)) if part))
        if row.code in self.table.errors:
            say(f"! {self.table.errors[row.code]}", indent="  ")
        labels = {one.value: one.label for one in self.table.candidates}
        shown = [ChoiceView(value=one.id, label=labels.get(one.id, one.name)) for one in row.suggestions]
        _show(shown, [one.reason for one in row.suggestions])
        rows([(_LETTERS[one.value], one.label) for one in self.table.choices], indent="    ")
        standing = said(row, self.table) if row.choice != OPEN and row.code not in self.table.errors else ""
        while True:
            default = standing or ("1" if shown else "")
            text = ask("  number, or part of a code or name", default=default, help=_HELP)
            if not text and not default:
                say("Choose one, or n to leave it for later.", indent="  ")
                continue
            if not text and standing:
                return
            answer, found = self._read(text or "1", shown)
            if answer and self._store(row.code, answer):
                return
            if found:
                shown, standing = found, ""
                _show(shown)
            elif text == "n":
                return
            elif text in ("a", "u"):
                self._bulk(text)
                if self._row(row.code).choice != row.choice:
                    return

    def _read(self, text: str, shown: Sequence[ChoiceView]) -> tuple[str, list[ChoiceView]]:
        """Return the answer that a text means, or what a search for it found."""
        letters = {_LETTERS[one.value]: one.value for one in self.table.choices}
        if text == ".":
            raise _Rest
        if text.lower() in letters:
            return letters[text.lower()], []
        if text in ("n", "a", "u"):
            return "", []
        if (picked := numbered(shown, text)) is not None:
            return f"{POST}{picked.value}", []
        wanted = text[2:] if text.lower().startswith("s ") else text
        return "", find(self.table.candidates, wanted)

    def _store(self, code: str, answer: str) -> bool:
        """Store one decision; tells what the engine has against it."""
        result = self._course.submit(self._step.key, {code: answer}, version=self._step.version)
        refused = result.errors.get(code, result.errors.get("", ""))
        self._take(result)
        if refused:
            say(f"! {refused}", indent="  ")
        for finding in () if refused else self._row(code).findings:
            say(f"! {finding.what}. {finding.why}. {finding.do}.", indent="  ")
        return not refused

    def _bulk(self, letter: str) -> None:
        before = {one.code: one.choice for one in self.table.rows}
        self._take(self._course.submit(self._step.key, action="use_suggestions" if letter == "a" else "undo"))
        changed = [one for one in self.table.rows if one.choice != before[one.code]]
        if not changed:
            say("No code without a decision has a suggestion." if letter == "a" else "There is nothing to take back.")
        elif letter == "a":
            say(f"{several(len(changed), 'suggestion')} taken; u takes that back.")
        else:
            say(f"{several(len(changed), 'decision')} taken back.")

    def _take(self, result: StepResult) -> None:
        """Go on with the step as it is now; that other codes have no decision yet is no mistake."""
        table = result.step.table
        assert table is not None, "a mapping step keeps its table"
        waiting = {one.code for one in table.rows if one.choice == OPEN}
        self.table = replace(table, errors={code: text for code, text in table.errors.items() if code not in waiting})
        self._step = result.step


def _volume(row: MappingView) -> str:
    """Say what a code stands for in the days seen lately."""
    if row.amount is None or not row.days:
        return ""
    return f"{row.currency} {money(row.amount, row.currency)} on {several(row.days, 'day')}"


def said(row: MappingView, table: TableView) -> str:
    """Return a row's decision for people."""
    if row.choice == OPEN:
        return "no decision"
    labels = {one.value: one.label for one in (*table.candidates, *table.choices)}
    return labels.get(row.ref_id or row.choice) or f"{row.ref_code} {row.ref_name}".strip()


def _by_code(row: MappingView) -> tuple[str, str]:
    return row.category, row.code


def _show(shown: Sequence[ChoiceView], reasons: Sequence[str] = ()) -> None:
    more = reasons or [""] * len(shown)
    rows([(n, one.label, why) for n, (one, why) in enumerate(zip(shown, more, strict=True), 1)], indent="    ")
