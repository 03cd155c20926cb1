"""What a target declares of its writes: their kinds, the rules of numbers, and how often it may be called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRules:
    """What a document's number may be; `pattern` is a regular expression for the whole number.

    Example::

        import re

        from takings.plugin import NumberRules

        # A number of at most 16 characters, of capitals, digits and dashes, that begins with a capital.
        RULES = NumberRules(longest=16, pattern=r"[A-Z][A-Z0-9-]*")

        assert re.fullmatch(RULES.pattern, "S-26112200")
        assert not re.fullmatch(RULES.pattern, "2026/11/22")
    """

    longest: int = 255
    pattern: str = r"[\x20-\x7e]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationKind:
    """One kind of write: how many go in a call, how large it may be, where our key lives in the ledger.

    `number` is given for kinds that carry the document's number.

    Example::

        from takings.plugin import NumberRules, OperationKind

        INVOICE = OperationKind(
            key="invoice",
            title="Sales invoice",
            max_count=50,
            max_bytes=500_000,
            key_lives_in="reference",
            number=NumberRules(longest=30),  # this kind carries the document's number
        )
        PAYMENT = OperationKind(key="payment", title="Payment", max_count=100, key_lives_in="memo")
        assert PAYMENT.number is None
    """

    key: str
    title: str
    max_count: int = 1
    max_bytes: int = 1_000_000
    key_lives_in: str = ""
    number: NumberRules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How often a ledger may be called, per organisation and for the whole installation.

    `minute` calls in each window of 60 s and at most `concurrent` at once for one organisation; `day` calls a day;
    `app_minute` for all together. The `…_header` names are reply headers that tell what is left.

    Example::

        from takings.plugin import Budget

        # 60 calls in a minute and 5,000 a day for one company, two at once; 10,000 a minute for all together.
        BUDGET = Budget(
            minute=60,
            concurrent=2,
            day=5_000,
            app_minute=10_000,
            minute_header="X-Left-This-Minute",  # where a reply tells what is left, the ledger's word counts
            day_header="X-Left-Today",
        )
        assert BUDGET.app_header == ""
    """

    minute: int = 0
    concurrent: int = 0
    day: int = 0
    app_minute: int = 0
    minute_header: str = ""
    day_header: str = ""
    app_header: str = ""


#: No limit of calls.
UNLIMITED = Budget()
