"""Targets that are broken in exactly one way each, beside two that are not."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from paper_calls import (
    ClosedIsDone,
    DoubtsEverything,
    HidesTheReason,
    HopesForTheBest,
    RefusesAll,
    SendsAgainAnew,
    TakesFaultsForRefusals,
    TakesUnauthorisedForAFault,
    TrustsReplies,
    WaitsTooShort,
)
from paper_targets import (
    ComplainsAlways,
    Counts,
    CountsUndos,
    CutsNumbers,
    FindsEverything,
    FindsNoReceipts,
    FindsNoVoids,
    ForgetsRefunds,
    ForgetsTheSign,
    HasAFloat,
    HasAnAccountTwice,
    HidesRemovals,
    IgnoresNumbers,
    IgnoresTheDate,
    IgnoresTheLock,
    Odd,
    PaysWhatWasGivenBack,
    PreparesAnew,
    ReadsLessTax,
    ReadsOnePage,
    ReadsTaxWithoutASign,
    SecretInstallation,
    SendsOtherKeys,
    ShrugsAtUndo,
    TakesPricesWithoutTaxForOthers,
    TellsNoNumber,
    check_in_vain,
    hooked,
    open_and_keep,
    paper,
    read_nothing,
    told,
)
from shared import Mutant

from takings.plugin import Capability, Period, Plan, Survey, Unit
from takings_example.ledger_target import PaperTarget

# These two stand here because the kit watches the module that a plugin is declared in.


class KeepsAFile(PaperTarget):
    def survey(self, period: Period, settings: Any) -> Survey:
        survey = super().survey(period, settings)
        with tempfile.NamedTemporaryFile("w") as file:  # the library opens it, and this asked for it
            file.write("surveyed")
        return survey


class ReadsTheEnvironment(PaperTarget):
    def plan(self, unit: Unit, survey: Survey, settings: Any) -> Plan:
        os.environ.get("PAPER_MEMO", "")
        return super().plan(unit, survey, settings)


UNDOING = frozenset({Capability.UNDOES})
NUMBERED = UNDOING | {Capability.NUMBERS}
LOCKING = UNDOING | {Capability.LOCK_DATES}
UNIQUE = UNDOING | {Capability.UNIQUE_NUMBERS}

healthy = Mutant(paper())
hostile = Mutant(paper(Odd))
counting = Mutant(paper(Counts), "test_planning_is_pure")
forgets_refunds = Mutant(paper(ForgetsRefunds), "test_a_plan_moves_each_account_by_what_the_day_says")
forgets_the_sign = Mutant(paper(ForgetsTheSign), "test_a_plan_moves_each_account_by_what_the_day_says")
takes_prices_for_others = Mutant(
    paper(TakesPricesWithoutTaxForOthers), "test_prices_without_tax_are_held_or_read_back_as_planned"
)
pays_back = Mutant(paper(PaysWhatWasGivenBack), "test_an_awkward_day_is_held_or_reads_back_as_planned")
unsigned_tax = Mutant(paper(ReadsTaxWithoutASign), "test_an_awkward_day_is_held_or_reads_back_as_planned")
has_a_float = Mutant(paper(HasAFloat), "test_a_plan_is_json_and_its_references_hold")
prepares_anew = Mutant(paper(PreparesAnew), "test_preparing_is_pure")
other_keys = Mutant(paper(SendsOtherKeys), "test_posting_twice_under_one_key_leaves_one_document")
finds_everything = Mutant(paper(FindsEverything), "test_an_unknown_key_is_absent")
no_receipts = Mutant(paper(FindsNoReceipts), "test_what_was_posted_is_found")
reads_one_page = Mutant(paper(ReadsOnePage), "test_many_documents_stand_and_are_all_read_back")
tells_no_number = Mutant(
    paper(TellsNoNumber, capabilities=NUMBERED),
    "test_without_a_number_the_ledger_gives_one",
)
less_tax = Mutant(paper(ReadsLessTax), "test_a_document_reads_back_as_planned")
unauthorised = Mutant(paper(TakesUnauthorisedForAFault), "test_an_unknown_token_is_an_expired_authorisation")
impatient = Mutant(paper(WaitsTooShort), "test_a_rate_limit_is_told_with_its_wait")
sure = Mutant(paper(TakesFaultsForRefusals), "test_a_fault_of_the_ledger_is_never_done_or_refused")
trusts = Mutant(paper(TrustsReplies), "test_reading_that_goes_wrong_is_an_instruction")
hopes = Mutant(paper(HopesForTheBest), "test_a_lost_reply_is_never_done_or_refused")
sends_again = Mutant(paper(SendsAgainAnew), "test_a_lost_reply_leaves_one_document")
doubts = Mutant(paper(DoubtsEverything), "test_an_unreachable_ledger_is_told_so")
closed_is_done = Mutant(paper(ClosedIsDone), "test_a_closed_ledger_is_never_done")
hides_the_reason = Mutant(paper(HidesTheReason), "test_a_refusal_keeps_the_ledgers_words")
refuses_all = Mutant(paper(RefusesAll), "test_a_refused_operation_does_not_refuse_its_neighbour")
cuts_numbers = Mutant(paper(CutsNumbers, capabilities=UNDOING), "test_a_given_number_stands_on_the_document")
ignores_the_lock = Mutant(
    paper(IgnoresTheLock, capabilities=LOCKING),
    "test_a_closed_period_holds_the_day",
)
ignores_numbers = Mutant(
    paper(IgnoresNumbers, capabilities=UNIQUE),
    "test_a_number_that_stands_already_holds_the_day",
)
has_a_hook = Mutant(hooked(), notification=told)
trusts_hooks = Mutant(
    hooked(check=check_in_vain), "test_a_notification_that_was_changed_is_not_genuine", notification=told
)
reads_no_hooks = Mutant(hooked(read=read_nothing), "test_a_genuine_notification_is_read", notification=told)
ignores_the_date = Mutant(paper(IgnoresTheDate), "test_an_adjustment_is_dated_as_its_unit_says")
finds_no_voids = Mutant(paper(FindsNoVoids), "test_what_was_posted_can_be_taken_back")
counts_undos = Mutant(paper(CountsUndos), "test_planning_an_undo_is_pure")
hides_removals = Mutant(paper(HidesRemovals), "test_what_an_undo_removes_is_named")
shrugs_at_undo = Mutant(
    paper(ShrugsAtUndo, capabilities=frozenset()), "test_a_target_that_takes_nothing_back_says_so"
)
complains = Mutant(paper(ComplainsAlways), "test_nothing_stands_in_the_way_of_posting")
account_twice = Mutant(paper(HasAnAccountTwice), "test_the_chart_has_something_of_each_kind_to_map_to")
keeps_a_file = Mutant(paper(KeepsAFile), "test_files_sockets_and_environment_are_left_to_the_context")
reads_environment = Mutant(paper(ReadsTheEnvironment), "test_files_sockets_and_environment_are_left_to_the_context")
shows_a_secret = Mutant(paper(installation=SecretInstallation, open=open_and_keep), "test_no_secret_is_shown")
