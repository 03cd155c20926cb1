"""What connecting refuses because of what the user or the other system did; each writes its own sentence."""

from __future__ import annotations

from takings.errors import UsageError


class ConnectInvalid(UsageError):
    """The other system sent somebody back who did not begin this connect, or too late, or twice."""

    def __init__(self) -> None:
        super().__init__(
            "This connect was not begun here by you, is finished already, or is older than ten minutes;"
            " go back to the connect step and begin again."
        )


class ConsentDenied(UsageError):
    """The owner, or the other system, did not consent; `error` is the other system's own word."""

    def __init__(self, system: str, error: str, verbatim: str = "") -> None:
        said = f" It said: {verbatim}" if verbatim else ""
        what = "the access was not granted" if error == "access_denied" else f"it answered {error}"
        super().__init__(f"{system} was not connected: {what}.{said}")
        self.system, self.error, self.verbatim = system, error, verbatim


class CodeRefused(UsageError):
    """The other system did not take the code that it had sent; codes live for a few minutes and work once."""

    def __init__(self, system: str, verbatim: str) -> None:
        super().__init__(f"{system} did not accept its own code; begin to connect again. It said: {verbatim}")
        self.system, self.verbatim = system, verbatim


class WrongOrganisation(UsageError):
    """A connection is renewed with another organisation than it was made for."""

    def __init__(self, wanted: str, got: str) -> None:
        super().__init__(
            f"This integration belongs to {wanted}, but {got} was chosen. Connect {wanted} again,"
            f" or set up another integration for {got}."
        )
        self.wanted, self.got = wanted, got


class RedirectRefused(UsageError):
    """The address to come back to is not one that systems accept."""

    def __init__(self, address: str) -> None:
        super().__init__(f"The address to come back to, {address}, must begin with https:// or http://localhost.")


class NotOAuth(UsageError):
    """A component that is not connected by OAuth was to be connected by it."""

    def __init__(self, component: str) -> None:
        super().__init__(f"{component} is not connected by signing in there.")


class TokenUnusable(UsageError):
    """What was typed in can't be a token."""

    def __init__(self) -> None:
        super().__init__("This is not a token: it must be one word of plain letters, digits and signs.")
