"""The states that rows can be in, as text in the database."""

from __future__ import annotations

from enum import StrEnum


class IntegrationState(StrEnum):
    """What an integration may do."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    NEEDS_ATTENTION = "needs_attention"


class ConnectionState(StrEnum):
    """Whether a connection works; `new` was never authorised."""

    NEW = "new"
    CONNECTED = "connected"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Standing(StrEnum):
    """How a record stands beside the others of its day."""

    CURRENT = "current"
    OLDER = "older"
    CONFLICT = "conflict"


class DayState(StrEnum):
    """Where a day stands.

    `pending` waits for posting, `held` has findings, `nothing` has nothing to post, `posting` has operations
    in the journal, `partly` stands in part, `posted` stands whole, `changed` was posted and came again with other
    content, `never` was decided not to be posted. `undoing` is being taken back, `undone` was: neither is posted
    again unasked.
    """

    PENDING = "pending"
    HELD = "held"
    NOTHING = "nothing"
    POSTING = "posting"
    PARTLY = "partly"
    POSTED = "posted"
    CHANGED = "changed"
    NEVER = "never"
    UNDOING = "undoing"
    UNDONE = "undone"


class OperationState(StrEnum):
    """Where an operation stands.

    `calling` belongs to an open call; `unknown` must be looked up in the ledger before anything else is done.
    `waiting` is a payment on a document that is not approved yet.
    """

    PLANNED = "planned"
    CALLING = "calling"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"
    WAITING = "waiting"


class CallState(StrEnum):
    """Where a call stands: `open` until a reply was recorded or its outcome was settled by looking it up."""

    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"


class UnitState(StrEnum):
    """Where a unit stands; `partly` has operations that stand and others that do not, `undone` was taken back."""

    POSTING = "posting"
    PARTLY = "partly"
    POSTED = "posted"
    UNDOING = "undoing"
    UNDONE = "undone"


class Purpose(StrEnum):
    """What an operation is for: posting its unit, taking it back, or paying a document once it is approved."""

    POST = "post"
    UNDO = "undo"
    PAY = "pay"


#: How many letters the reason of a decision or of a pause may have, whoever gives it.
LONGEST_REASON = 500


class Decision(StrEnum):
    """What can be decided about a day.

    `repost` undoes it and posts it anew, `adjust` posts the difference, `leave` keeps what was posted, `never` keeps
    it out of the ledger, `post_difference` lets an unbalanced day be posted with its difference on the variance
    account, `post_anyway` confirms one that looks unusual or posted already, and `reconsider` takes a decision back.
    """

    REPOST = "repost"
    ADJUST = "adjust"
    LEAVE = "leave"
    NEVER = "never"
    POST_DIFFERENCE = "post_difference"
    POST_ANYWAY = "post_anyway"
    RECONSIDER = "reconsider"


class LateChanges(StrEnum):
    """What becomes of a posted day that comes again with other content."""

    ASK = "ask"
    REPOST = "repost"
    ADJUST = "adjust"
    LEAVE = "leave"


class RunState(StrEnum):
    """How a run stands or ended.

    `queued` waits for a worker, `interrupted` was found unfinished by a later run, `cancelled` was taken back before
    it began.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    PROBLEMS = "problems"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"
