"""Is responsible for the faults that a service can be told to have, and for when each of them strikes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

FAULTS = ("latency", "rate-limit", "error", "cut", "truncate", "not-authorised")


class BadFaultError(ValueError):
    """A fault rule cannot be read."""


@dataclass(kw_only=True)
class Fault:
    """A fault, the requests it strikes and what it does.

    `times` None means always. `after` lets that many requests through first. `seconds` is the latency, or the
    `Retry-After` of a 429.
    """

    fault: str
    path: str = "/v1"
    times: int | None = 1
    after: int = 0
    seconds: int = 1
    milliseconds: int = 0
    status: int = 503

    def strikes(self, path: str) -> bool:
        """Say whether the rule strikes this request, and count it when the path is concerned."""
        if not path.startswith(self.path) or self.times == 0:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def described(self) -> dict[str, Any]:
        """Give the rule as JSON data."""
        return asdict(self)


def fault_from(data: Mapping[str, Any]) -> Fault:
    """Read a rule from JSON data; raises BadFaultError."""
    known = {field.name for field in fields(Fault)}
    if extra := sorted(set(data) - known):
        raise BadFaultError(f"a fault has no {extra[0]!r}; it has {', '.join(sorted(known))}")
    if data.get("fault") not in FAULTS:
        raise BadFaultError(f"there is no fault {data.get('fault')!r}; there are {', '.join(FAULTS)}")
    for name in ("after", "seconds", "milliseconds", "status", "times"):
        value = data.get(name, 0)
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if not whole and not (name == "times" and value is None):
            raise BadFaultError(f"{name} of a fault is a whole number, not {value!r}")
    if not isinstance(data.get("path", ""), str):
        raise BadFaultError("path of a fault is text, such as /v1/end-of-day")
    if not 500 <= data.get("status", 503) <= 599:
        raise BadFaultError("status of a fault is from 500 to 599")
    return Fault(**data)


def fault_from_text(text: str) -> Fault:
    """Read a rule as the command line gives it: `rate-limit:times=2,seconds=1`; raises BadFaultError."""
    name, _, rest = text.partition(":")
    data: dict[str, Any] = {"fault": name}
    for setting in filter(None, rest.split(",")):
        key, _, value = setting.partition("=")
        data[key] = None if value == "always" else int(value) if value.isdigit() else value
    return fault_from(data)
