"""The course of an address: from what is known of it to one state, and to what comes next. Pure.

One address (a page and a file on it) in one case. Every page, count, letter and report reads this and nothing else.

    found ──► confirmed ──► recorded ──► drafted ──► sending ──► demanded ──► gone ──► verified
      │           │                          │           │           │                    │
      ├► unsure   └► unrecorded              └───────────┴► undel-   ├► still up          └► back
      ├► different                                          ivered   └► unlooked
      ├► unlooked
      └► already gone (until a letter is out)      withdrawn (from drafted on)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What persons said about the address; one that shows several references is SAME when one of them is."""

    UNDECIDED = "undecided"
    UNSURE = "unsure"
    SAME = "same"
    DIFFERENT = "different"


class Evidence(StrEnum):
    """What stands behind a demand. LACKS: recorded, but not the file. VOUCHED: a person's recorded word."""

    NONE = "none"
    PLANNED = "planned"
    HOLDS = "holds"
    LACKS = "lacks"
    FAILED = "failed"
    VOUCHED = "vouched"


class Letter(StrEnum):
    """The latest demand about the address. UNADDRESSED: a draft to a provider without a contact. HELD: approved, but
    our mail server does not take it. UNCERTAIN: handed over, perhaps."""

    NONE = "none"
    DRAFTED = "drafted"
    UNADDRESSED = "unaddressed"
    SENDING = "sending"
    HELD = "held"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class Following(StrEnum):
    """What the checks after a demand said."""

    NONE = "none"
    WAITING = "waiting"
    STILL_UP = "still_up"
    GONE = "gone"
    VERIFIED = "verified"
    BACK = "back"
    STOPPED = "stopped"


class State(StrEnum):
    """How far an address is, the most pressing first."""

    BACK = "back"
    STILL_UP = "still_up"
    UNLOOKED = "unlooked"
    UNDELIVERED = "undelivered"
    UNRECORDED = "unrecorded"
    WITHDRAWN = "withdrawn"
    UNSURE = "unsure"
    FOUND = "found"
    CONFIRMED = "confirmed"
    RECORDED = "recorded"
    DRAFTED = "drafted"
    SENDING = "sending"
    DEMANDED = "demanded"
    GONE = "gone"
    ALREADY_GONE = "already_gone"
    VERIFIED = "verified"
    DIFFERENT = "different"


URGENCY = {state: place for place, state in enumerate(State)}


class Next(StrEnum):
    """What comes next; :data:`PERSONS` says what of it is a person's."""

    COMPARE = "compare"
    LOOK = "look"
    VOUCH = "vouch"
    APPROVE = "approve"
    DELIVER = "deliver"
    CORRECT = "correct"
    RECORD = "record"
    DRAFT = "draft"
    SEND = "send"
    CHECK = "check"
    WATCH = "watch"
    NOTHING = "nothing"


PERSONS = (Next.COMPARE, Next.LOOK, Next.VOUCH, Next.APPROVE, Next.DELIVER, Next.CORRECT)


@dataclass(frozen=True)
class Facts:
    """What is known of an address.

    ``shown``: a person can see what was found there (a preview of it, or of its like, exists). ``missing``: the
    latest complete look before any demand did not find it. ``unlooked``: nobody could look at it completely for
    so long since it was demanded that a person is asked to. ``corrected``: the provider is told, or will be, that
    the demand was a mistake. ``closed``: its case is closed, so that nothing is done but taking mistakes back.
    """

    verdict: Verdict = Verdict.UNDECIDED
    shown: bool = True
    missing: bool = False
    evidence: Evidence = Evidence.NONE
    letter: Letter = Letter.NONE
    following: Following = Following.NONE
    unlooked: bool = False
    corrected: bool = False
    closed: bool = False

    @property
    def confirmed(self) -> bool:
        """A person said that it is the same."""
        return self.verdict is Verdict.SAME

    @property
    def out(self) -> bool:
        """A letter about it has left the house, or may have."""
        return self.letter in (Letter.SENT, Letter.UNCERTAIN) or self.following is not Following.NONE


_FOLLOWED = {
    Following.WAITING: State.DEMANDED,
    Following.STILL_UP: State.STILL_UP,
    Following.GONE: State.GONE,
    Following.VERIFIED: State.VERIFIED,
    Following.BACK: State.BACK,
}
_WRITTEN = {
    Letter.DRAFTED: State.DRAFTED,
    Letter.UNADDRESSED: State.UNDELIVERED,
    Letter.SENDING: State.SENDING,
    Letter.HELD: State.UNDELIVERED,
    Letter.REFUSED: State.UNDELIVERED,
    Letter.WITHDRAWN: State.WITHDRAWN,
}
_RECORDED = {
    Evidence.NONE: State.CONFIRMED,
    Evidence.PLANNED: State.CONFIRMED,
    Evidence.HOLDS: State.RECORDED,
    Evidence.VOUCHED: State.RECORDED,
    Evidence.LACKS: State.UNRECORDED,
    Evidence.FAILED: State.UNRECORDED,
}


def state_of(facts: Facts) -> State:
    """The one state of an address."""
    if not facts.confirmed:
        return _unconfirmed(facts)
    if facts.following in _FOLLOWED:
        return State.UNLOOKED if facts.unlooked else _FOLLOWED[facts.following]
    if facts.letter is Letter.UNCERTAIN:
        return State.UNDELIVERED
    if facts.out:
        return State.DEMANDED
    if facts.missing:
        return State.ALREADY_GONE
    if facts.letter in _WRITTEN:
        return _WRITTEN[facts.letter]
    return _RECORDED[facts.evidence]


def _unconfirmed(facts: Facts) -> State:
    if facts.out:
        return State.WITHDRAWN
    if facts.verdict is Verdict.DIFFERENT:
        return State.DIFFERENT
    if facts.missing:
        return State.ALREADY_GONE
    if not facts.shown:
        return State.UNLOOKED
    return State.UNSURE if facts.verdict is Verdict.UNSURE else State.FOUND


_NEXT = {
    State.UNDELIVERED: Next.DELIVER,
    State.UNRECORDED: Next.VOUCH,
    State.FOUND: Next.COMPARE,
    State.UNSURE: Next.WATCH,
    State.CONFIRMED: Next.RECORD,
    State.RECORDED: Next.DRAFT,
    State.DRAFTED: Next.APPROVE,
    State.SENDING: Next.SEND,
    State.DEMANDED: Next.CHECK,
    State.GONE: Next.CHECK,
    State.VERIFIED: Next.CHECK,
    State.ALREADY_GONE: Next.WATCH,
    State.DIFFERENT: Next.NOTHING,
}
_AGAIN = {
    Letter.DRAFTED: Next.APPROVE,
    Letter.UNADDRESSED: Next.DELIVER,
    Letter.SENDING: Next.SEND,
    Letter.HELD: Next.DELIVER,
    Letter.REFUSED: Next.DELIVER,
    Letter.UNCERTAIN: Next.DELIVER,
}


def next_of(facts: Facts) -> Next:
    """What comes next at an address, and so whether a person is needed (:data:`PERSONS`)."""
    coming = _next_of_open(facts)
    return Next.NOTHING if facts.closed and coming is not Next.CORRECT else coming


def _next_of_open(facts: Facts) -> Next:
    state = state_of(facts)
    if state is State.UNLOOKED:
        if facts.confirmed:
            return Next.LOOK
        # A person is told once that it cannot be shown; then the system goes on trying.
        return Next.COMPARE if facts.verdict is Verdict.UNDECIDED else Next.WATCH
    if state is State.WITHDRAWN:
        return _withdrawn(facts)
    if state in (State.STILL_UP, State.BACK):
        return _AGAIN.get(facts.letter, Next.CHECK)
    return _NEXT[state]


def _withdrawn(facts: Facts) -> Next:
    """A demand was taken back. Where it is out and the decision stays open, that is decided first."""
    if not facts.out or facts.confirmed:
        return Next.NOTHING
    if facts.verdict is Verdict.DIFFERENT:
        return Next.NOTHING if facts.corrected else Next.CORRECT
    waits = facts.verdict is Verdict.UNDECIDED and not facts.missing
    return Next.COMPARE if waits else Next.WATCH
