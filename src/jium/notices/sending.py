"""A notice goes out: each stage is committed before the next begins, so a killed process leaves no doubt.

    SENDING        nothing given away yet: a run that finds it so begins again
    HANDING_OVER   the text may be on its way: a run that finds it so asks a person (UNCONFIRMED)
    SENT, REFUSED  the server's own answer

Every change of state is one UPDATE with the state it expects, so of two runs at once only one hands over.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from jium import clock
from jium.cases import services as cases
from jium.notices import delivery
from jium.notices.connecting import Deferred
from jium.notices.delivery import AnswerLost, Handover, Refused
from jium.notices.models import Notice
from jium.notices.providers import may_be_told
from jium.trust import audit

State = Notice.State


class UnderWay(Exception):
    """Another run is handing this notice over at this moment; look again later."""


class NotAgreed(Exception):
    """She does not agree, or not any more, to what the letter would tell its provider. Nothing was told."""


def send(notice: Notice) -> None:
    """Hand the letter to the mail server once; ``notice`` holds the outcome.

    Returns with SENT, REFUSED or UNCONFIRMED (a person must look), or with the state that somebody else gave
    it. Raises :class:`~jium.notices.connecting.Deferred`, ``MailNotConfigured`` and :class:`UnderWay`: try
    again later; :class:`NotAgreed`.
    """
    if not _claim(notice):
        return
    config = settings.CONFIG
    message = delivery.compose(notice, config.mail, config.institution, clock.now())
    with Handover(config.mail) as handover:
        try:
            handover.offer(delivery.envelope(notice, config.mail, config.institution))
        except Refused as no:
            _settle(notice, (State.SENDING,), State.REFUSED, "notice.refused", server_answer=no.answer)
            return
        if not may_be_told(notice):
            _settle(notice, (State.SENDING,), State.APPROVED)
            raise NotAgreed
        if not _settle(notice, (State.SENDING,), State.HANDING_OVER):
            if notice.state == State.HANDING_OVER:
                raise UnderWay
            return
        _give(notice, handover, message)


def _give(notice: Notice, handover: Handover, message: bytes) -> None:
    # A second run may have found HANDING_OVER and called it uncertain; what the server tells this run is
    # certain.
    open_states = (State.HANDING_OVER, State.UNCONFIRMED)
    try:
        answer = handover.give(message)
    except Refused as no:
        _settle(notice, open_states, State.REFUSED, "notice.refused", server_answer=no.answer)
    except AnswerLost:
        _settle(notice, (State.HANDING_OVER,), State.UNCONFIRMED, "notice.unconfirmed")
    except Deferred:
        # Not if it was called uncertain meanwhile: then a person has it.
        if _settle(notice, (State.HANDING_OVER,), State.SENDING):
            raise
    else:
        _settle(notice, open_states, State.SENT, "notice.sent", server_answer=answer, sent_at=clock.now())


def _claim(notice: Notice) -> bool:
    """Begin, or begin again where nothing was given away. False: there is nothing to send (any more)."""
    if _settle(notice, (State.APPROVED, State.SENDING), State.SENDING):
        return True
    _settle(notice, (State.HANDING_OVER,), State.UNCONFIRMED, "notice.unconfirmed")
    return False


def doubt_what_was_to_be_sent() -> int:
    """A backup was brought back: what was about to be sent when it was made may have been sent since, and goes out only
    when a person says so. How many letters.
    """
    doubted = 0
    # What was allowed to be repeated may have been repeated since.
    Notice.objects.filter(repeat_approved=True).update(repeat_approved=False)
    under_way = (State.APPROVED, State.SENDING, State.HANDING_OVER)
    for notice in Notice.objects.filter(state__in=under_way):
        doubted += _settle(notice, under_way, State.UNCONFIRMED, "notice.unconfirmed")
    return doubted


def count_as_given(notice: Notice) -> None:
    """Removal demanded at so many addresses is so much deletion support; a correction is none."""
    if notice.kind == Notice.Kind.DEMAND:
        cases.record_deletion(notice.case_id, f"notice {notice.pk}", notice.items.count())


def _settle(notice: Notice, expected: tuple[State, ...], state: State, act: str = "", **fields: Any) -> bool:
    """Commit a change of state if the row still is as expected; ``notice`` is read anew either way."""
    with transaction.atomic(durable=True):
        changed = Notice.objects.filter(pk=notice.pk, state__in=expected).update(state=state, **fields)
        if changed and act:
            audit.record("system", act, str(notice.pk))
        if changed and state == State.SENT:
            count_as_given(notice)
    notice.refresh_from_db()
    return bool(changed)
