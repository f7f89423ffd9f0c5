"""An approved demand is sent and followed up until the material stays away."""

from __future__ import annotations

from jium import engine
from jium.flow.standing import wait, waits
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal import services as removal
from jium.removal.services import Target
from jium.watch import services as watch


@engine.action(Notice, "send", queue="mail")
def send(notice: Notice) -> None:
    """Hand the letter to the mail server; what it demands is followed up from then on. A correction demands nothing."""
    try:
        notices.send(notice)
    except notices.NotAgreed:
        wait(notice)
    if notice.state == Notice.State.SENT and notice.kind == Notice.Kind.DEMAND:
        removal.follow(notice)


@engine.action(Target, "check", queue="check")
def check(target: Target) -> None:
    """Is it still there? What turns up at another address of the page is a sighting of its own."""
    if waits(target, target.case_id):
        return
    for found in removal.check(target):
        watch.keep_sighting(target.sighting.page_url, found.media_url, found.fingerprint, target.sighting.site)
