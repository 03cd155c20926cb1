"""What mends each kind of problem that stops a run, in words that fit the command line, the pages and JSON alike."""

from __future__ import annotations

from collections.abc import Mapping

from takings import errors
from takings.errors import TakingsError

_AGAIN = "Nothing: the next sync goes on. To have it sooner, sync again"
_CONNECT = "Connect it again in the setup, then sync"
_SUPPORT = "Report it with these words, then sync again"

#: By the nearest class of a problem.
_WAYS: Mapping[type[TakingsError], str] = {
    errors.Retry: _AGAIN,
    errors.RateLimited: "Nothing: the next sync after that goes on. Other programs use up the same limit",
    errors.AuthorisationExpired: _CONNECT,
    errors.TokenMissing: "Make a new Auth Token, hand it to the point of sale's support, then sync",
    errors.Disconnected: _CONNECT,
    errors.Misconfigured: "Put this setting right, then sync",
    errors.RefusedAsWhole: _SUPPORT,
    errors.Unavailable: "Sync again when it can be reached; the next scheduled sync does so by itself",
    errors.ReplyLost: "Sync again: what the call did is looked up first, and nothing is sent twice",
    errors.Instruction: _AGAIN,
    errors.NotFound: "Put back what is missing, or choose something else in the settings, then sync",
    errors.StaleAnswer: "Look at the step as it stands now, then answer again",
    errors.ConfirmationNeeded: "Look at what would be done, and confirm its count",
    errors.UsageError: "Put right what it says, then ask for the run again",
    errors.TooLarge: "Send it in smaller parts",
    errors.SignatureWrong: "Put the signing key right in the installation's settings",
    errors.InvalidInput: "Put right what was sent, and send it again",
    errors.DatabaseMissing: "Have the operator make the database reachable, then sync",
    errors.DatabaseFull: "Have the operator make room on the disk, then sync",
    errors.DatabaseBusy: "Sync again; where it stays so, have the operator look at what else uses the database",
    errors.DatabaseOutdated: "Have the operator upgrade the database, after a backup",
    errors.KeyUnknown: "Have the operator put the key back that it names",
    errors.SecretUnreadable: _CONNECT,
    errors.PluginMissing: "Have the operator install or mend the plugin, then sync",
    errors.SettingsTooNew: "Have the operator install the later version of the plugin again",
    errors.PluginFault: "Report it to the plugin's author, with its version, then sync again",
    errors.InstallationError: "Have the operator mend what it names, then sync",
    errors.Busy: "Nothing, or sync again when the other run has ended",
    errors.Overtaken: "Nothing: the other run finishes it",
    errors.PostingDisabled: "Let the integration post again (resume it, or connect what it lacks), then sync",
    TakingsError: _SUPPORT,
}


def way_out(problem: TakingsError) -> str:
    """Return what a person does about a problem that stopped a run."""
    return next(_WAYS[one] for one in type(problem).__mro__ if one in _WAYS)
