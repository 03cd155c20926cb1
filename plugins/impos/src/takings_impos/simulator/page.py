"""Is responsible for the page at `/`: the screen at which ImPOS support enters the Auth Token."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from .books import Key
from .control import recent
from .feed import state
from .money import ZERO, amount_of
from .state import BlankTokenError

page = Blueprint("page", __name__)


@dataclass(frozen=True)
class Row:
    """A close as the page shows it."""

    key: Key
    revision: int
    closed_at: str
    sales: str
    tenders: str
    notes: str
    can_change: bool

    @property
    def day(self) -> str:
        """The trading day as a person reads it."""
        return f"{self.key.day:%a} {self.key.day.day} {self.key.day:%b %Y}"


@page.get("/")
def show() -> str:
    """Show the venue, its authorisation and its recent days."""
    return _page()


@page.post("/token")
def enter_token() -> AnyResponse | tuple[str, int]:
    """Take an Auth Token from the form, or show the form again with what is wrong with it."""
    try:
        state().enter_token(request.form.get("token", ""))
    except BlankTokenError:
        return _page(
            refused="Enter the whole token and nothing else: it has no spaces, and 500 characters at most."
        ), 422
    return redirect("/?done=entered", 303)


@page.post("/token/forget")
def forget_tokens() -> AnyResponse:
    """Take every token back."""
    state().forget_tokens()
    return redirect("/?done=taken-back", 303)


def _page(refused: str = "") -> str:
    site = state().books.catalogue()["site"]
    asked = [one for one in tuple(state().requests) if one["path"].startswith("/v1")]
    return render_template(
        "page.html",
        site=site,
        authorised=state().authorised,
        ending=state().last_token[-4:] if len(state().last_token) > 8 else "",
        answered=sum(1 for one in asked if one["status"] < 400),
        not_authorised=bool(asked) and asked[-1]["status"] == 401,
        refused=refused,
        done=request.args.get("done", ""),
        rows=[_row(key) for key in recent()],
    )


def _row(key: Key) -> Row:
    # Looking at the page is not a reading of the feed, so nothing is counted.
    revision = state().revision(key)
    record = state().books.record(key, revision)
    net = sum((amount_of(line["net"]) for line in record["sales"]), ZERO)
    tenders = [(tender["paymethod"], amount_of(tender["counted"])) for tender in record["payments"]]
    return Row(
        key=key,
        revision=revision,
        closed_at=str(record["closed_at"])[:16].replace("T", " "),
        sales=_dollars(net),
        tenders=_dollars(sum((amount for _, amount in tenders), ZERO)),
        notes=", ".join(f"{code} {_dollars(amount)}" for code, amount in tenders) or "closed all day",
        can_change=net > 1,
    )


def _dollars(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace("-", "−")
