"""The errors of the engine, grouped by what recovers from them.

Each class takes domain values and writes its own sentence. Problems in the user's data are not
here: they are values (`takings.domain.findings`).
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path


class TakingsError(Exception):
    """Anything the engine refuses to do, told in one sentence; `exit_code` is the command line's."""

    exit_code = 1


# --- Instructions: what a plugin (or the authorised HTTP client) tells the core to do ---------------------


class Instruction(TakingsError):
    """What the core should do about another system's answer; nothing of the call was accepted."""


class Retry(Instruction):
    """Try again after a while: the other system has a passing fault."""

    def __init__(self, message: str, after: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(message)
        self.after = after


class RateLimited(Instruction):
    """Stop calling until `after` has passed; `scope` names the limit, like `minute`, `day` or `app`."""

    def __init__(self, after: timedelta, scope: str = "minute") -> None:
        super().__init__(f"The {scope} limit of calls is used up; it opens again in {after}.")
        self.after = after
        self.scope = scope


class AuthorisationExpired(Instruction):
    """The authorisation no longer works and can't be refreshed: the owner must connect again."""

    def __init__(self, system: str, verbatim: str = "") -> None:
        said = f" It said: {verbatim}" if verbatim else ""
        super().__init__(f"{system} no longer accepts this authorisation; connect it again.{said}")
        self.system, self.verbatim = system, verbatim


class TokenMissing(AuthorisationExpired):
    """The connection has no Auth Token that works: none was made yet, or it was revoked."""

    def __init__(self, system: str) -> None:
        Instruction.__init__(self, f"{system} has no Auth Token that works; make a new one and hand it over.")
        self.system, self.verbatim = system, ""


class Disconnected(Instruction):
    """The organisation or venue was disconnected on the other side."""

    def __init__(self, system: str, verbatim: str = "") -> None:
        said = f" It said: {verbatim}" if verbatim else ""
        super().__init__(f"The connection was removed at {system}; connect it again.{said}")
        self.system, self.verbatim = system, verbatim


class Misconfigured(Instruction):
    """A setting is wrong; `field` names it and `hint` says what is expected."""

    def __init__(self, field: str, hint: str) -> None:
        super().__init__(f"The setting {field} is not right: {hint}")
        self.field, self.hint = field, hint


class RefusedAsWhole(Instruction):
    """A call of several operations was refused without a verdict on each; the core sends them in smaller calls."""

    def __init__(self, verbatim: str) -> None:
        super().__init__(f"The whole call was refused: {verbatim}")
        self.verbatim = verbatim


class Unavailable(Instruction):
    """The other system could not be reached or is closed; nothing was sent or accepted."""

    def __init__(self, system: str, reason: str, after: timedelta = timedelta(minutes=5)) -> None:
        super().__init__(f"{system} can't be reached: {reason}")
        self.system, self.reason, self.after = system, reason, after


class ReplyLost(TakingsError):
    """A request was sent and no complete reply came back: whether it was carried out is unknown."""

    def __init__(self, system: str, reason: str) -> None:
        super().__init__(f"{system} did not answer: {reason}. Whether it carried the call out is not known.")
        self.system, self.reason = system, reason


# --- The caller's input ------------------------------------------------------------------------------------


class UsageError(TakingsError):
    """The request itself is wrong and would be wrong again."""

    exit_code = 2


class NotFound(UsageError):
    """No such thing for this owner."""

    def __init__(self, kind: str, wanted: object, known: tuple[str, ...] = ()) -> None:
        hint = f" There are: {', '.join(known)}." if known else ""
        super().__init__(f"There is no {kind} {wanted}.{hint}")
        self.kind, self.wanted = kind, wanted


class ConfirmationNeeded(UsageError):
    """Past days would be posted and nobody has confirmed them with their count."""

    def __init__(self, count: int, summary: str, given: int | None = None) -> None:
        other = f", not {given}" if given is not None else ""
        super().__init__(f"{summary} Confirm with --confirm {count}{other}.")
        self.count, self.summary = count, summary


class StaleAnswer(UsageError):
    """A setup step was changed by somebody else since it was shown; `theirs` is the step as it stands now."""

    def __init__(self, step: str, theirs: object, yours: object) -> None:
        super().__init__(f"The step {step} was changed meanwhile; look at what stands there now, then answer again.")
        self.step, self.theirs, self.yours = step, theirs, yours


class InvalidInput(TakingsError):
    """What was sent or read is not acceptable; nothing of it was stored."""


class TooLarge(InvalidInput):
    """A body or file is above the size limit, in bytes."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"{what} is larger than {limit:,} bytes; send it in smaller parts.")
        self.limit = limit


class SignatureWrong(InvalidInput):
    """A notification is not signed with the secret that was agreed with the ledger."""

    def __init__(self, component: str) -> None:
        super().__init__(f"The notification is not signed as {component} signs them.")
        self.component = component


# --- The installation --------------------------------------------------------------------------------------


class InstallationError(TakingsError):
    """The operator has to mend something: a folder, a key, a database, a plugin."""


class DatabaseMissing(InstallationError):
    """The database's folder or server is not there."""

    def __init__(self, place: Path | str, reason: str) -> None:
        super().__init__(f"The database {place} can't be opened: {reason}")


class DatabaseFull(InstallationError):
    """The disk of the database takes no more; nothing of the step was stored."""

    def __init__(self, place: Path | str) -> None:
        super().__init__(
            f"The disk of the database {place} is full; nothing of this step was stored. "
            "Make room, then run it again."
        )


class DatabaseBusy(InstallationError):
    """Another process holds the database for longer than the time limit, or its server was too slow."""

    def __init__(self, place: Path | str, *, slow: bool = False) -> None:
        super().__init__(
            f"The database {place} took longer than its server allows; try again when it has less to do."
            if slow
            else f"The database {place} is locked by another program; try again when it has finished."
        )


class DatabaseOutdated(InstallationError):
    """The database has another schema than this version of the engine."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(f"The database schema is {found}, this version needs {wanted}; run: takings db upgrade")


class KeyUnknown(InstallationError):
    """A stored secret was sealed with a key that is not among the configured ones."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"A stored secret needs the key {key_id}, which is not configured. Put it back from the backup of the "
            "keys; if it is lost, connect the ledger again and make a new Auth Token."
        )


class SecretUnreadable(InstallationError):
    """A stored secret does not open in its place: it was damaged, or moved from another row."""

    def __init__(self, context: str) -> None:
        super().__init__(f"The stored secret of {context} can't be opened; it was damaged or moved.")


class PluginMissing(InstallationError):
    """A stored integration names a component whose plugin is not loaded."""

    def __init__(self, component: str, reason: str) -> None:
        super().__init__(f"The component {component} is not available: {reason}")
        self.component = component


class SettingsTooNew(InstallationError):
    """Settings were stored by a later major version of the plugin than the one that is installed."""

    def __init__(self, component: str, stored: str, installed: str) -> None:
        super().__init__(
            f"The settings of {component} were stored in version {stored}, the installed plugin reads {installed}; "
            "install the later version of the plugin again."
        )
        self.component, self.stored, self.installed = component, stored, installed


class PluginFault(InstallationError):
    """A plugin failed in a way that its contract does not allow."""

    def __init__(self, plugin: str, distribution: str, problem: str) -> None:
        super().__init__(f"The plugin {plugin} ({distribution}) failed: {problem}")
        self.plugin, self.distribution, self.problem = plugin, distribution, problem


class Busy(TakingsError):
    """Another run posts to this organisation at the moment."""

    def __init__(self, organisation: str) -> None:
        super().__init__(f"Another run is posting to {organisation}; wait until it has finished.")


class Overtaken(TakingsError):
    """Another run took over this one's operations, because this one lost its lock."""

    def __init__(self) -> None:
        super().__init__("Another run took over what this one was posting; this one stopped before its next call.")


class PostingDisabled(TakingsError):
    """The integration's state does not allow to post."""

    def __init__(self, integration: str, state: str, reason: str = "") -> None:
        super().__init__(f"{integration} is {state} and posts nothing. {reason}".strip())
