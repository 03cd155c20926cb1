"""Small things of the setup at a terminal: what is typed is what is meant, and nothing is overwritten unseen."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.dialogue import Dialogue
from tests.cli.test_setup_walk import NAME, prepared, states, walking, world
from tests.cli.world import Run, World, sides

from takings.cli.wizard.answers import FromEnvironment, WrongAnswers, check_names, shown
from takings.cli.wizard.asking import ask_fields
from takings.cli.wizard.searching import search
from takings.views import ChoiceView, FieldView, StepKind, StepState, StepView

__all__ = ["world"]

ACCOUNTS = [
    ChoiceView(value=f"id-{code}", label=f"{code} {name}")
    for code, name in (("200", "Sales"), ("201", "Food Sales"), ("611", "Cash Clearing"), ("20", "Old Sales"))
]


def field(**more: object) -> FieldView:
    told: dict[str, object] = {"name": "memo", "label": "Memo", "kind": "text", "required": False, **more}
    return FieldView(**told)  # type: ignore[arg-type]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person types, line by line."""
    lines: list[str] = []
    monkeypatch.setattr("click.prompt", lambda *_, **__: lines.pop(0))
    return lines


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("", "as it was"),
        ("new", "new"),
        ("-", ""),
        ("\\-", "-"),
        ("\\.", "."),
        ("\\b", "b"),
        ("\\Q", "Q"),
        ("\\?", "?"),
        ("\\server\\share", "\\server\\share"),
    ],
)
def test_what_is_typed_is_what_is_meant(typed: list[str], line: str, value: str):
    typed.append(line)
    given_: dict[str, object] = {}
    ask_fields([field(value="as it was")], given_)
    assert given_ == {"memo": value}


def test_a_dot_leaves_the_rest_and_a_field_that_does_not_count_is_not_asked(typed: list[str]):
    fields = [
        field(name="on", kind="switch", value=False),
        field(name="only_when_on", show_when={"on": (True,)}),
        field(name="always", value="x"),
        field(name="never_reached", value="y"),
    ]
    typed += ["no", "."]
    given_: dict[str, object] = {}
    ask_fields(fields, given_)
    assert given_ == {"on": False}
    typed += ["perhaps", "yes", "now", "b", "then", "z", "w"]
    given_ = {}
    ask_fields(fields, given_)
    assert given_ == {"on": True, "only_when_on": "then", "always": "z", "never_reached": "w"}


def test_a_secret_that_is_not_typed_stays_as_it_is(typed: list[str]):
    typed.append("")
    given_: dict[str, object] = {}
    ask_fields([field(kind="secret", is_set=True)], given_)
    assert given_ == {}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("200", ["200"]),
        ("20", ["20", "200", "201"]),
        ("sales", ["200", "201", "20"]),
        ("food sal", ["201"]),
        ("cash clering", ["611"]),
        ("id-611", ["611"]),
        ("qqqqqq", []),
        ("  ", []),
    ],
)
def test_long_lists_are_searched_by_code_and_name(text: str, codes: list[str]):
    assert [one.label.split()[0] for one in search(ACCOUNTS, text)] == codes


@given(st.text(max_size=20))
def test_a_search_for_anything_finds_choices_of_the_list_each_once(text: str):
    found = search(ACCOUNTS, text)
    assert all(one in ACCOUNTS for one in found)
    assert len({one.value for one in found}) == len(found)


def test_a_secret_of_the_environment_is_never_shown():
    step = StepView(
        integration="i", integration_name="n", key="send", phase="send", kind=StepKind.FLOWS, title="t", help="",
        state=StepState.NOT_STARTED, reason="", number=1, total=1, previous="", next="", version="", actions=(),
    )  # fmt: skip
    with pytest.raises(WrongAnswers) as refused:
        check_names(step, step, {"tokn": FromEnvironment("hush")})
    assert "hush" not in str(refused.value)
    assert "hush" not in shown(FromEnvironment("hush"))


def test_an_answer_to_what_somebody_changed_meanwhile_is_not_taken(run: Run, world: World):
    prepared(run, world)
    with walking(world, "--step", "map.payment_methods") as dialogue:
        dialogue.answer((r"A code to change", "CASH"))
        dialogue.until(r"611 Cash Clearing\]:")
        assert run("map", "set", NAME, "payment_methods", "CASH", "613", *world.options).code == 0
        dialogue.type("612")
        dialogue.answer((r"612 EFTPOS Clearing(?s:.*)\[1\]:", ""))
        dialogue.until(r"! The step Match payment methods was changed meanwhile")
        dialogue.answer((r"CASH +Cash +613 AMEX Clearing(?s:.*)A code to change", "q"))
        assert dialogue.ended() == 0


def test_a_refusal_of_the_engine_is_told_and_the_step_is_shown_again(run: Run, world: World):
    prepared(run, world)
    assert run("pause", NAME, "--reason", "Stocktake.", *world.options).code == 0
    with walking(world, "--step", "review") as dialogue:
        dialogue.answer((r"YYYY-MM-DD", "."), (r"or a number to change:", "r"))
        dialogue.answer((r"! .*paused(?s:.*)Enter shows the step again", ""))
        dialogue.answer((r"Step 9 of 9(?s:.*)YYYY-MM-DD", "q"))
        assert dialogue.ended() == 0


def test_when_everything_is_set_up_a_step_is_picked_by_its_number(run: Run, world: World):
    prepared(run, world)
    file = world.folder / "last.toml"
    file.write_text("[review]\n")
    assert run("setup", NAME, "--answers", file, *world.options).code == 0
    with walking(world) as dialogue:
        dialogue.answer((r"Everything is set up(?s:.*)A step's number", "99"), (r"Type the number of a step", "7"))
        dialogue.answer((r"Step 7 of 9(?s:.*)Enter goes on", ""), (r"A step's number", "q"))
        assert dialogue.ended() == 0
    assert set(states(run, world).values()) == {"completed"}


def test_a_step_that_does_not_exist_is_named(world: World):
    with walking(world, "--step", "nothing") as dialogue:
        assert dialogue.ended() == 2
    assert "There is no step nothing" in dialogue.shown


def test_a_name_with_a_space_is_quoted_in_what_to_type_next(run: Run, elsewhere: World):
    name = "Anchor & Sons"
    made = run("provision", name, *sides(), *elsewhere.options)
    assert f"takings setup {shlex.quote(name)}" in made.out
    with Dialogue("setup", name, "--no-browser", *elsewhere.options) as dialogue:
        dialogue.answer((r"Enter opens", "q"))
        assert dialogue.ended() == 0
    assert f"takings setup {shlex.quote(name)}" in dialogue.shown


def test_a_side_without_consent_is_connected_by_its_settings(run: Run, elsewhere: World):
    folder = elsewhere.folder / "books"
    folder.mkdir()
    (elsewhere.folder / "takings.toml").write_text(f'["journal:beancount"]\nfolder = "{folder}"\n')
    made = run("provision", NAME, "--source", sides()[1], "--target", "journal:beancount", *elsewhere.options)
    assert made.code == 0, made.err
    with walking(elsewhere) as dialogue:
        dialogue.answer(
            (r"Step 1 of \d+(?s:.*)text \[takings\]:", "Not A Name"),
            (r"text \[AUD\]:", "."),
            (r"! (?s:.*)text \[Not A Name\]:", "venue"),
            (r"Step 2 of(?s:.*)yes or no", "b"),
            (r"Connected to (?s:.*)text \[venue\]:", "."),
            (r"Step 2 of(?s:.*)yes or no", "q"),
        )
        assert dialogue.ended() == 0
    assert run("integrations", "show", NAME, "--json", *elsewhere.options).json["target"]["state"] == "connected"
