"""Provisioning, tokens and mappings: names, ways to name things, and what is refused in words."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select
from tests.engine.conftest import Ready, bring_catalogue
from tests.support.chain import SOURCE, TARGET, Venue, row_counts
from tests.support.fixtures import MakeVenue
from tests.support.month import Month

from takings.cli.showing import say_integration
from takings.errors import Misconfigured, NotFound, PluginMissing, PostingDisabled, UsageError
from takings.store.journal import AuditEvent
from takings.views import LOCAL, Principal


def provision(venue: Venue, **changes: object) -> object:
    given: dict[str, object] = {"name": "second", "source": SOURCE, "target": TARGET, **changes}
    return venue.engine.provision(venue.principal, **given)  # type: ignore[arg-type]


@pytest.fixture
def venue(make_venue: MakeVenue) -> Venue:
    return make_venue(connect=False)


@pytest.fixture(scope="module")
def untouched(make_lasting: MakeVenue) -> Venue:
    """A venue that refuses what these tests want of it."""
    return make_lasting(connect=False)


@pytest.fixture(scope="module")
def unmapped(make_lasting: MakeVenue, made_up: Month) -> Venue:
    """A connected venue whose codes are all open."""
    venue = make_lasting()
    bring_catalogue(venue, made_up)
    return venue


def test_a_new_integration_is_a_draft_with_nothing_connected(venue: Venue) -> None:
    view = venue.engine.integration(LOCAL, "anchor")
    assert (view.name, view.owner, view.state, view.target) == ("anchor", "local", "draft", None)
    assert (view.source.state, view.source.organisation) == ("new", "")
    assert (view.trailing_days, view.open_codes, view.start_date, view.token) == (35, 0, None, "handed out")


@pytest.mark.parametrize("name", ["", " anchor", "-anchor", "a/b", "a\nb", "anchor\n", "x" * 61])
def test_a_name_that_would_be_hard_to_type_is_refused(untouched: Venue, name: str) -> None:
    with pytest.raises(UsageError, match="is not usable"):
        provision(untouched, name=name)


def test_a_name_is_taken_once_by_each_owner(venue: Venue) -> None:
    with pytest.raises(UsageError, match="There is an integration anchor already"):
        provision(venue, name="anchor")
    other = Principal(owner="other", name="Ann")
    view = venue.engine.provision(other, name="anchor", source=SOURCE, target=TARGET)
    assert view.owner == "other"


@pytest.mark.parametrize("part", ["source", "target", "numbering"])
def test_a_component_that_is_not_installed_is_refused_by_its_name(untouched: Venue, part: str) -> None:
    with pytest.raises(PluginMissing, match="nobody:nothing is not available: no installed distribution offers"):
        provision(untouched, **{part: "nobody:nothing"})


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"target_settings": {"due_days": -1}}, r"due_days"),
        ({"target_settings": {"no_such": 1}}, r"no_such"),
        (
            {"target_settings": {"shape": "circle"}},
            r"shape is not right: circle is not one of the choices",
        ),
        ({"target_settings": {"house_accounts": "banana"}}, r"house_accounts"),
        ({"numbering": "builtin:dated", "numbering_settings": {"prefix": "Ü"}}, r"prefix"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name_and_leaves_nothing(
    untouched: Venue, settings: dict[str, object], field: str
) -> None:
    before = row_counts(untouched.engine)
    with pytest.raises(Misconfigured, match=field):
        provision(untouched, **settings)
    assert row_counts(untouched.engine) == before


@pytest.mark.parametrize("days", [0, -1, 401])
def test_a_window_of_no_sensible_length_is_refused(untouched: Venue, days: int) -> None:
    with pytest.raises(UsageError, match="read again must be 1 to 400"):
        provision(untouched, trailing_days=days)


def test_settings_are_changed_one_by_one_and_unknown_ones_refused(venue: Venue) -> None:
    engine = venue.engine
    engine.configure(LOCAL, "anchor", target_settings={"due_days": 7})
    view = engine.configure(LOCAL, "anchor", target_settings={"contact_name": "Bar"}, start_date="2026-10-01")
    assert view.target_settings == {"due_days": 7, "contact_name": "Bar"}
    assert str(view.start_date) == "2026-10-01"
    view = engine.configure(LOCAL, "anchor", numbering="builtin:dated", numbering_settings={"prefix": "A"})
    assert view.numbering == {"strategy": "builtin:dated", "settings": {"prefix": "A"}}
    with pytest.raises(UsageError, match="state can't be set"):
        engine.configure(LOCAL, "anchor", state="active")
    with pytest.raises(Misconfigured, match="due_days"):
        engine.configure(LOCAL, "anchor", target_settings={"due_days": 999})


def test_a_setting_that_needs_a_further_permission_says_so_until_it_is_given(
    venue: Venue, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacking() -> tuple[str, ...]:
        return venue.engine.integration(LOCAL, "anchor").missing_scopes

    venue.engine.configure(LOCAL, "anchor", target_settings={"due_days": 7})
    venue.connect()
    assert lacking() == ()
    view = venue.engine.configure(LOCAL, "anchor", target_settings={"shape": "journal"})
    assert view.missing_scopes == lacking() == ("accounting.manualjournals",)
    say_integration(view)
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith("These settings need a further permission of the ledger: accounting.manualjournals. ")
    assert said.endswith("With: takings connect anchor")
    assert venue.connect().missing_scopes == lacking() == ()


@pytest.mark.parametrize("start", ["0001-01-01", "2016-10-29", date(2027, 11, 2), "9999-12-31"])
def test_a_start_date_far_from_today_is_refused_as_in_a_setup(venue: Venue, start: date | str) -> None:
    with pytest.raises(UsageError, match="Enter a date between 2016-10-30 and 2027-11-01"):
        venue.engine.configure(LOCAL, "anchor", start_date=start)
    with pytest.raises(UsageError, match="'soon' is no start date"):
        venue.engine.configure(LOCAL, "anchor", start_date="soon")
    assert venue.engine.integration(LOCAL, "anchor").start_date is None


def test_an_integration_is_found_by_its_id_and_by_its_name(untouched: Venue) -> None:
    view = untouched.engine.integration(LOCAL, "anchor")
    assert untouched.engine.integration(LOCAL, view.id) == view
    with pytest.raises(NotFound, match=r"There is no integration nowhere. There are: anchor"):
        untouched.engine.integration(LOCAL, "nowhere")


# --- Tokens --------------------------------------------------------------------------------------------------


def test_a_new_token_puts_the_older_one_out_of_use(venue: Venue, made_up: Month) -> None:
    older = venue.token
    assert venue.push(made_up.first[:1]).accepted
    venue.token = venue.engine.new_token(LOCAL, "anchor")
    assert venue.token != older
    assert venue.push(made_up.first[:1]).records[0].result == "unchanged"
    with pytest.raises(NotFound, match="this Auth Token"):
        venue.engine.receive(older, b"[]")


def test_a_revoked_token_opens_nothing(venue: Venue, made_up: Month) -> None:
    venue.engine.revoke_token(LOCAL, "anchor")
    with pytest.raises(NotFound, match="this Auth Token") as refused:
        venue.push(made_up.first[:1])
    assert venue.token not in str(refused.value)
    with pytest.raises(NotFound, match="Auth Token of anchor"):
        venue.engine.revoke_token(LOCAL, "anchor")
    assert venue.engine.days(LOCAL, "anchor") == []
    assert venue.engine.integration(LOCAL, "anchor").token == "none"


@pytest.mark.parametrize("token", ["", " ", "wrong", "x" * 10_000, "\x00", "Bearer "])
def test_what_is_no_token_opens_nothing(untouched: Venue, token: str) -> None:
    with pytest.raises(NotFound, match="this Auth Token"):
        untouched.engine.receive(token, b"[]")


def test_a_used_token_shows_that_the_point_of_sale_is_connected(venue: Venue, made_up: Month) -> None:
    venue.push(made_up.first[:1])
    view = venue.engine.integration(LOCAL, "anchor")
    assert (view.token, view.source.state) == ("used", "connected")
    assert (view.source.organisation, view.source.name) == ("4417", "The Anchor Hotel")


# --- Mapping -------------------------------------------------------------------------------------------------


def test_a_code_is_mapped_by_the_ledgers_code_name_or_id(ready: Ready) -> None:
    venue = ready(0)
    accounts = {one["Code"]: one for one in venue.books.documents()["Accounts"] if one.get("Code")}
    for wanted in ("201", "Food Sales", "food sales", accounts["201"]["AccountID"]):
        row = venue.engine.set_mapping(LOCAL, "anchor", dimension="accounts", code="MERCH", to=wanted)
        assert (row.choice, row.ref_code, row.ref_name) == ("post", "201", "Food Sales")
        assert row.ref_id == accounts["201"]["AccountID"]
    bank = venue.engine.set_mapping(
        LOCAL, "anchor", dimension="payment_methods", code="EFTPOS", to="Business Bank Account"
    )
    assert (bank.ref_code, bank.ref_name) == ("", "Business Bank Account")
    rate = venue.engine.set_mapping(LOCAL, "anchor", dimension="tax_codes", code="GST", to="GST on Income")
    assert rate.ref_id == "OUTPUT"


def test_a_name_that_fits_two_accounts_is_refused_with_both(ready: Ready) -> None:
    venue = ready(0)
    venue.books.change("accounts/203", Name="202")
    with pytest.raises(UsageError, match=r"'202' names several: .*Beverage Sales.*Give the id"):
        venue.engine.set_mapping(LOCAL, "anchor", dimension="accounts", code="MERCH", to="202")


@pytest.mark.parametrize(
    ("dimension", "code", "to", "why"),
    [
        ("accounts", "MERCH", "203", "it is archived"),
        ("payment_methods", "CASH", "201", "payments are not enabled for it"),
        ("accounts", "MERCH", "Business Bank Account", "does not take document lines"),
    ],
)
def test_an_account_that_does_not_serve_is_refused_with_the_reason(
    ready: Ready, dimension: str, code: str, to: str, why: str
) -> None:
    venue = ready(0)
    venue.books.change("accounts/203", Status="ARCHIVED")
    with pytest.raises(UsageError, match=why):
        venue.engine.set_mapping(LOCAL, "anchor", dimension=dimension, code=code, to=to)


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"dimension": "accounts", "code": "MERCH", "to": "999"}, NotFound, "no ledger account 999"),
        ({"dimension": "tax_codes", "code": "GST", "to": "999"}, NotFound, "no ledger tax rate 999"),
        ({"dimension": "nothing", "code": "GST", "to": "1"}, NotFound, "There are: tax_codes, payment_methods"),
        ({"dimension": "accounts", "code": "NOPE", "to": "201"}, NotFound, "no code in accounts NOPE"),
        ({"dimension": "accounts", "code": "MERCH", "choice": "drop"}, UsageError, "'drop' is no choice"),
        ({"dimension": "accounts", "code": "MERCH", "choice": "leave_open"}, UsageError, "Only a payment method"),
        ({"dimension": "tax_codes", "code": "GST", "choice": "do_not_post"}, UsageError, "must be mapped"),
        ({"dimension": "accounts", "code": "MERCH"}, UsageError, "exactly when"),
        (
            {"dimension": "accounts", "code": "MERCH", "choice": "do_not_post", "to": "201"},
            UsageError,
            "exactly when",
        ),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_and_changes_nothing(
    unmapped: Venue, given: dict[str, str], error: type[Exception], says: str
) -> None:
    before = row_counts(unmapped.engine)
    with pytest.raises(error, match=says):
        unmapped.engine.set_mapping(LOCAL, "anchor", **given)
    assert row_counts(unmapped.engine) == before
    assert {row.choice for row in unmapped.engine.mapping(LOCAL, "anchor")} == {"open"}


def test_each_decision_is_kept_in_the_audit_trail_with_what_was_before(ready: Ready) -> None:
    venue = ready(0)
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="UBER", choice="leave_open")
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="UBER", to="614")
    with venue.engine.database.read() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "mapping.decided")).all()
    mine = [one.details for one in events if one.details["code"] == "UBER"]
    assert [(one["choice"], one["before"]) for one in mine][1:] == [
        ("leave_open", mine[0]["to"]),
        ("post", "leave_open"),
    ]
    assert mine[0]["before"] == "open"
    assert {one.principal for one in events} == {"local"}


def test_suggestions_give_reasons_and_earlier_choices_come_first(ready: Ready) -> None:
    venue = ready(0)
    venue.engine.set_mapping(LOCAL, "anchor", dimension="accounts", code="MERCH", to="200")
    second = ready(0, beside=venue, name="second")
    rows = second.engine.mapping(LOCAL, "second", suggestions=True, dimension="accounts")
    assert all(row.suggestions and row.suggestions[0].reason for row in rows if row.choice == "post")
    assert {row.dimension for row in rows} == {"accounts"}


def test_an_integration_without_a_ledger_says_how_to_connect_one(venue: Venue, made_up: Month) -> None:
    bring_catalogue(venue, made_up)
    for call in (venue.map_all, venue.sync, lambda: venue.engine.verify(LOCAL, "anchor")):
        with pytest.raises(PostingDisabled, match="takings connect anchor"):
            call()
    assert venue.engine.runs(LOCAL, "anchor") == []
