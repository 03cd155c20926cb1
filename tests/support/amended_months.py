"""The same closes said otherwise: second revisions of made-up records that still balance."""

from __future__ import annotations

import copy
import random
from decimal import Decimal

from tests.support.made_months import SALES, _count, _money, _sell
from tests.support.month import Month, Record


def amended(month: Month, seed: int = 1) -> list[Record]:
    """Return a later revision of every close that may be posted: a sale more, a refund more, a line less."""
    rng = random.Random(seed)
    return [_amend(rng, one) for one in month.posted(month.first)]


def _amend(rng: random.Random, record: Record) -> Record:
    made = copy.deepcopy(record)
    made["revision"] = 2
    if made["sales"] and rng.random() < 0.4:
        del made["sales"][rng.randrange(len(made["sales"]))]
    if rng.random() < 0.6:
        _sell(made, rng.choice(list(SALES)), gross=_money(rng, 90_000))
    else:  # sometimes so much that the day turns
        _sell(made, rng.choice(list(SALES)), gross=Decimal(0), refund=_money(rng, 900_000))
    amounts = {one["paymethod"]: Decimal(one["counted"]) for one in made["payments"]}
    made["payments"] = []
    _count(made, amounts, rest=rng.choice(["CASH", "EFTPOS"]))
    return made
