"""The settings of the journal target, and what a document's number may be."""

from __future__ import annotations

from takings.plugin import NumberRules, Settings, Treatments, option

#: A number is also the transaction's link, and these are the characters that a link takes.
NUMBER_RULES = NumberRules(longest=60, pattern=r"[A-Za-z0-9][A-Za-z0-9._/-]*")


class InstallationSettings(Settings):
    """The operator's: where journals lie."""

    folder: str = option(
        title="Folder",
        help="The folder in which the journals lie; it is made when something is first written",
        kind="folder",
        min_length=1,
    )


class ConnectionSettings(Settings):
    """Which journal it is, and in which currency."""

    journal: str = option(
        "takings",
        title="Journal",
        help="The journal's file name without .beancount: lower case letters, digits and dashes",
        # Lower case only: where a file system takes upper and lower case for the same, no two journals are one file.
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$",
    )
    currency: str = option(
        "AUD",
        title="Currency",
        help="The ISO 4217 code of the journal's currency, like AUD",
        pattern=r"^[A-Z]{3}$",
    )


class IntegrationSettings(Treatments):
    """What the owner decides about the transactions of one integration."""

    narration: str = option(
        "Takings", title="Text of each transaction", help="Stands beside the venue's name", max_length=100
    )
    receivable: str = option(
        "Assets:Receivable",
        title="Account for what is left open",
        help="Takes the payment methods that are mapped to 'leave open'",
        kind="ledger_account",
        min_length=1,
    )
