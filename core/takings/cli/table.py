"""Which commands there are: name, module and one line of help, so that `--help` imports none of them."""

from __future__ import annotations

from collections.abc import Mapping

#: A command's module in `takings.cli.commands` with its one line of help, or a group's help with its own table.
Entry = tuple[str, str] | tuple[str, Mapping[str, tuple[str, str]]]

COMMANDS: Mapping[str, Entry] = {
    "demo": ("demo", "Try everything against the plugins' stand-in servers; needs no account anywhere."),
    "provision": ("provision", "Create an integration: one point of sale, one ledger."),
    "setup": ("setup", "Set an integration up step by step, with questions or from a file."),
    "connect": ("connect", "Authorise the ledger in a browser and choose the organisation."),
    "disconnect": ("disconnect", "End the authorisation of the ledger."),
    "delete": ("delete", "Delete an integration; what was posted stays in the ledger."),
    "integrations": (
        "Look at integrations and change their settings.",
        {
            "list": ("integrations_list", "Show all integrations."),
            "show": ("integrations_show", "Show one integration with its settings."),
            "set": ("integrations_set", "Change an integration's settings."),
        },
    ),
    "token": (
        "Make or revoke the Auth Token that the point of sale uses.",
        {
            "new": ("token_new", "Make an Auth Token and show it once."),
            "revoke": ("token_revoke", "Make the Auth Token useless."),
        },
    ),
    "map": (
        "Say where each code of the point of sale goes in the ledger.",
        {
            "refresh": ("map_refresh", "Ask the point of sale for its codes."),
            "list": ("map_list", "Show every code with its decision."),
            "suggest": ("map_suggest", "Show suggestions for open codes, and accept them with --accept."),
            "set": ("map_set", "Decide on one code."),
        },
    ),
    "numbers": (
        "Look at the numbers that documents get.",
        {
            "preview": ("numbers_preview", "Show the next numbers, or those of another strategy."),
            "unused": ("numbers_unused", "Show numbers that were reserved and never used, with the reasons."),
        },
    ),
    "preview": ("preview", "Show what a sync would post, and post nothing."),
    "sync": ("sync", "Fetch closed days and post them."),
    "schedule": ("schedule", "Show or say when an integration syncs by itself."),
    "worker": ("worker", "Sync every integration when it is due, until it is stopped."),
    "pause": ("pause", "Stop an integration from posting; days that come in are kept."),
    "resume": ("resume", "Let a paused integration post again."),
    "import": ("import_files", "Read days or a catalogue from files."),
    "days": ("days", "Show where each day stands."),
    "difference": ("difference", "Show what was posted for a day beside what the point of sale says now."),
    "decide": ("decide", "Say what becomes of held and changed days."),
    "confirm": ("confirm", "Confirm held days that look unusual or posted already."),
    "undo": ("undo", "Take back what was posted."),
    "payments": ("payments", "Post the payments of documents that were approved in the ledger."),
    "runs": ("runs", "Show the last runs."),
    "audit": ("audit", "Show who did what and when."),
    "alerts": (
        "Tell people what needs them.",
        {
            "show": ("alerts_show", "Show where alerts go, what would be told now, and the last digests."),
            "set": ("alerts_set", "Say where alerts go."),
            "send": ("alerts_send", "Send digests that are due, of all owners, until it is stopped."),
        },
    ),
    "report": (
        "Print what a bookkeeper files.",
        {
            "day": ("report_day", "Show one trading day, whole."),
            "month": ("report_month", "Show a month: takings, tax, payment methods, accounts."),
            "clearing": ("report_clearing", "Show the accounts that payments are received in."),
        },
    ),
    "verify": ("verify", "Compare the ledger with what was posted, to the cent."),
    "drift": ("drift", "Show where the ledger differed when it was checked last."),
    "status": ("status", "Show a short overview, without calling anybody."),
    "serve": ("serve", "Serve the pages, and take days that the point of sale pushes."),
    "link": (
        "Make links that let people in at `takings serve`.",
        {
            "new": ("link_new", "Make a link that lets an owner set one integration up."),
            "list": ("link_list", "Show the set-up links."),
            "revoke": ("link_revoke", "Make a set-up link useless."),
            "sign-in": ("link_sign_in", "Make a link that signs you in, once."),
        },
    ),
    "api-keys": (
        "Make or revoke the keys of programs that ask the JSON API of `takings serve`.",
        {
            "new": ("api_keys_new", "Make a key and show it once."),
            "list": ("api_keys_list", "Show the keys, and when each was used last."),
            "revoke": ("api_keys_revoke", "Make a key useless."),
        },
    ),
    "plugins": (
        "Look at the installed plugins.",
        {
            "list": ("plugins_list", "Show the plugins that were found and what they offer."),
            "show": ("plugins_show", "Show what one plugin is made of, loaded or not."),
            "doctor": ("plugins_doctor", "Say what is wrong with plugins, and what mends it."),
            "new": ("plugins_new", "Write a project for a new plugin."),
        },
    ),
    "db": (
        "Look after the database.",
        {"upgrade": ("db_upgrade", "Bring the database to this version's schema.")},
    ),
}
