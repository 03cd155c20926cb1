"""The conformance kit for plugins, and fakes for hosts that embed the engine (extra `takings[testing]`).

A plugin's tests subclass the conformance classes; `docs/reference/conformance.md` says what each test proves.
"""

from takings.testing import asserting as _asserting  # noqa: F401 - before what it is for
from takings.testing.clocks import FixedClock
from takings.testing.connecting import Connected, NotConnected, connect
from takings.testing.contexts import KitContext, make_context
from takings.testing.days import awkward_days, mapped_days, ordinary_day, priced_days
from takings.testing.fakes import FakeSource, FakeTarget, fake_host
from takings.testing.faults import FaultyHttp, answers, is_unreachable, loses_reply
from takings.testing.mutations import mutated
from takings.testing.recording import NotRecorded, record, replay
from takings.testing.replies import CannedReply, canned
from takings.testing.sandboxes import RunningSandbox, SandboxFailed
from takings.testing.source import SourceConformance
from takings.testing.static import PluginConformance, StaticConformance
from takings.testing.target import TargetConformance

__all__ = [
    "CannedReply",
    "Connected",
    "FakeSource",
    "FakeTarget",
    "FaultyHttp",
    "FixedClock",
    "KitContext",
    "NotConnected",
    "NotRecorded",
    "PluginConformance",
    "RunningSandbox",
    "SandboxFailed",
    "SourceConformance",
    "StaticConformance",
    "TargetConformance",
    "answers",
    "awkward_days",
    "canned",
    "connect",
    "fake_host",
    "is_unreachable",
    "loses_reply",
    "make_context",
    "mapped_days",
    "mutated",
    "ordinary_day",
    "priced_days",
    "record",
    "replay",
]
