"""The template's target in the ways in which one can be wrong about replies: faults, refusals and lost ones."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import shared  # noqa: F401 - it puts the template on the path

from takings.plugin import (
    Call,
    Done,
    Outcome,
    RateLimited,
    Refused,
    ReplyLost,
    Retry,
    Unavailable,
    Unknown,
)
from takings_example.ledger_target import PaperTarget


class Judging(PaperTarget):
    """Looks at the status of each reply before the template does."""

    def __init__(self, url: str, context: Any) -> None:
        super().__init__(url, _Judged(context, self))

    def judge(self, method: str, reply: Any) -> None:
        pass


class _Judged:
    def __init__(self, context: Any, target: Judging) -> None:
        self._context, self._target = context, target
        self.http = self

    def request(self, method: str, url: str, **more: Any) -> Any:
        reply = self._context.http.request(method, url, **more)
        self._target.judge(method, reply)
        return reply


class TakesUnauthorisedForAFault(Judging):
    def judge(self, method: str, reply: Any) -> None:
        if reply.status_code == 401:
            raise Retry("it answered 401")


class WaitsTooShort(Judging):
    def judge(self, method: str, reply: Any) -> None:
        if reply.status_code == 429:
            raise RateLimited(timedelta(seconds=1))


class TakesFaultsForRefusals(Judging):
    def judge(self, method: str, reply: Any) -> None:
        if method == "POST" and reply.status_code in (500, 502, 504):
            raise Retry("it broke, so it was not carried out")


class TrustsReplies(Judging):
    def judge(self, method: str, reply: Any) -> None:
        if method == "GET" and reply.status_code == 200:
            json.loads(reply.content)


class HopesForTheBest(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        try:
            return super().execute(call)
        except ReplyLost as lost:
            if "answered" in lost.reason:
                raise
            return [Done(receipt={"id": "s1"}) for _ in call.operations]


class SendsAgainAnew(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        try:
            return super().execute(call)
        except ReplyLost as lost:
            if "answered" in lost.reason:
                raise
            return super().execute(replace(call, key=str(uuid.uuid4())))


class DoubtsEverything(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        try:
            return super().execute(call)
        except Unavailable:
            return [Unknown(reason="who knows") for _ in call.operations]


class ClosedIsDone(Judging):
    def execute(self, call: Call) -> Sequence[Outcome]:
        try:
            return super().execute(call)
        except Unavailable as closed:
            if "maintenance" not in closed.reason:
                raise
            return [Done(receipt={"id": "s1"}) for _ in call.operations]


class HidesTheReason(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        return [
            Refused(findings=tuple(replace(finding, verbatim="") for finding in one.findings))
            if isinstance(one, Refused)
            else one
            for one in super().execute(call)
        ]


class RefusesAll(PaperTarget):
    def execute(self, call: Call) -> Sequence[Outcome]:
        outcomes = super().execute(call)
        refused = next((one for one in outcomes if isinstance(one, Refused)), None)
        return [refused for _ in outcomes] if refused else outcomes
