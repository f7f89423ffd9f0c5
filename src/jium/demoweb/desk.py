"""What the demo's officer does: every act looks first whether it is done, so that it can be repeated after a kill."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from django.urls import reverse

from jium.cases import services as cases
from jium.cases.services import Case, Reference
from jium.demoweb.officer import Fields, Officer, Refused
from jium.demoweb.posts import Operator
from jium.demoweb.world import World
from jium.evidence.services import Capture
from jium.language import _
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal.services import Target, targets, unlooked
from jium.review import services as review
from jium.review.services import Group, Match
from jium.watch.services import Crawl, Sighting, Site

NAME = "admin"
PASSWORD = "quiet river over stones"  # noqa: S105 - of the demo, printed at its end
FULL_NAME = "한가람"
PSEUDONYM = "가람"
# What is told when the case is opened.
INTAKE = {
    "pseudonym": PSEUDONYM,
    "requester": "victim",
    "channel": "phone",
    "sex": "female",
    "age": "19_29",
    "damage": ["circulated", "composite"],
    "perpetrator": "unknown",
    "circulation": "confirmed",
    "contact_by": "none",
}
VISIT_MINUTES = 24 * 60
TRIES = 20


class Desk:
    """The officer at work, through the pages; she reads the tables only to see what is done already."""

    def __init__(self, address: str) -> None:
        self._officer = Officer(address)

    def enter(self, welcome: str) -> None:
        """Set the password by the one-time link, or log in where that was done already."""
        try:
            self._officer.press(welcome, "", {"display_name": FULL_NAME, "password": PASSWORD, "again": PASSWORD})
        except Refused:
            self._officer.press(reverse("login"), "", {"username": NAME, "password": PASSWORD})

    def open_case(self) -> None:
        self._until(
            Case.objects.exists,
            reverse("case_new"),
            reverse("case_new"),
            INTAKE,
        )

    def begin(self, scan: Path) -> None:
        """Bring the paper that is needed, and record what she agreed to."""
        case = Case.objects.get()
        page = reverse("mandate", args=[case.pk])
        brought = cases.documents(case).exists
        self._until(brought, page, reverse("paper_bring", args=[case.pk]), {"paper": "identity"}, {"file": scan})
        agreed = {"kinds": ["support", "personal", "providers", "abroad"], "means": "paper"}
        self._until(lambda: Case.objects.get().stands, page, reverse("consent_give", args=[case.pk]), agreed)

    def register(self, path: Path) -> None:
        """Register one file."""
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        page = reverse("register", args=[Case.objects.get().pk])
        done = Reference.objects.filter(sha256=digest).exists
        self._until(done, page, page, {}, {"files": path})

    def all_registered(self) -> bool:
        """Whether every file is fingerprinted."""
        return not Reference.objects.filter(state=Reference.State.RECEIVED).exists()

    def watch(self, name: str, address: str) -> None:
        """Put a site under watch."""
        page = reverse("site_new")
        fields = {
            "name": name,
            "start_url": address,
            "every_minutes": str(VISIT_MINUTES),
            "obey_robots": "on",
        }
        self._until(Site.objects.filter(start_url=address).exists, page, page, fields)

    def decide_all(self, world: World) -> str:
        """Look at every group once: the same if what it shows was planted."""
        planted = {copy.media_url for copy in world.planted()}
        decided = 0
        while group := review.undecided().first():
            shows = {match.sighting.media_url for match in review.matches(group)}
            verdict = Group.Verdict.SAME if shows <= planted else Group.Verdict.DIFFERENT
            page = reverse("group", args=[group.pk])
            settled = Group.objects.filter(pk=group.pk).exclude(verdict=Group.Verdict.UNDECIDED).exists
            self._until(settled, page, reverse("decide", args=[group.pk]), {"verdict": str(verdict)})
            decided += 1
        text = _("{decisions} decisions for {addresses} addresses")
        return text.format(decisions=decided, addresses=Match.objects.count())

    def answer_everything(self, world: World) -> None:
        """Whatever waits for a person: groups, contacts, letters refused, uncertain or drafted, looks."""
        self.decide_all(world)
        self._mend_contacts(world)
        for notice in notices.needing_attention():
            self._settle(notice, world)
        for notice in notices.waiting_approval():
            if notice.provider.email:
                self._approve(notice)
        for target in unlooked():
            self._look(target, world)

    def _mend_contacts(self, world: World) -> None:
        """Enter who answers for a host; where letters were refused, the address on the site's own contact page."""
        refused = {notice.provider_id for notice in notices.needing_attention() if notice.state == Notice.State.REFUSED}
        for provider in notices.providers():
            for operator in world.operators:
                if operator.host not in provider.hosts:
                    continue
                email = operator.right if provider.pk in refused else (provider.email or operator.registered)
                if provider.email != email:
                    self._enter_contact(provider, operator, email)

    def _enter_contact(self, provider: notices.Provider, operator: Operator, email: str) -> None:
        page = reverse("provider", args=[provider.pk])
        fields = {
            "name": operator.name,
            "hosts": operator.host,
            "email": email,
            "regime": operator.regime,
            "language": operator.language,
            "jurisdiction": "KR" if operator.language == "ko" else "US",
        }
        done = notices.Provider.objects.filter(pk=provider.pk, email=email).exists
        self._until(done, page, page, fields)

    def _approve(self, notice: Notice) -> None:
        page = reverse("notice", args=[notice.pk])
        done = Notice.objects.filter(pk=notice.pk).exclude(state=Notice.State.DRAFTED).exists
        self._until(done, page, reverse("notice_approve", args=[notice.pk]), {"repeat": "yes"})

    def _settle(self, notice: Notice, world: World) -> None:
        """Refused: send again to the mended address. Uncertain: look whether it arrived, as one would by telephone."""
        page = reverse("notice", args=[notice.pk])
        done = Notice.objects.filter(pk=notice.pk).exclude(state=notice.state).exists
        if notice.state == Notice.State.REFUSED:
            self._until(done, page, reverse("notice_resend", args=[notice.pk]), {})
        elif notice.state == Notice.State.UNCONFIRMED:
            arrived = world.notices_received().get(notice.message_id, 0) > 0
            name = "notice_arrived" if arrived else "notice_resend"
            self._until(done, page, reverse(name, args=[notice.pk]), {})

    def _look(self, target: Target, world: World) -> None:
        """Open the address as a person does, and say what is there."""
        page = reverse("look", args=[target.pk])
        done = Target.objects.filter(pk=target.pk, unseen_since=None).exists
        seen = "there" if world.shows(target.sighting.media_url) else "gone"
        self._until(done, page, page, {"seen": seen})

    def _until(
        self,
        done: Callable[[], bool],
        page: str,
        action: str,
        fields: Fields,
        files: Mapping[str, Path] | None = None,
    ) -> None:
        """Press until it is done: an answer may get lost, or the page may have changed meanwhile."""
        problem: Refused | None = None
        for _attempt in range(TRIES):
            if done():
                return
            try:
                self._officer.press(page, action, fields, files)
            except Refused as refused:
                problem = refused
                time.sleep(0.5)
        if not done():
            raise problem or Refused(action)

    def registered_text(self) -> str:
        files = Reference.objects.filter(state=Reference.State.READY)
        films = files.filter(kind="video").count()
        text = _("{pictures} pictures and {videos} video, encrypted and fingerprinted")
        return text.format(pictures=files.count() - films, videos=films)

    def watched_text(self) -> str:
        pages = sum(Crawl.objects.values_list("pages", flat=True))
        text = _("{sites} sites, {pages} pages, {seen} pictures and videos seen, {copies} copies in {groups} groups")
        return text.format(
            sites=Site.objects.count(),
            pages=pages,
            seen=Sighting.objects.count(),
            copies=Match.objects.count(),
            groups=Group.objects.count(),
        )

    def captured_text(self) -> str:
        packages = Capture.objects.filter(state=Capture.State.DONE).count()
        text = _("{packages} evidence packages, {letters} letters drafted")
        return text.format(packages=packages, letters=Notice.objects.count())

    def sent_text(self, world: World) -> str:
        sent = Notice.objects.filter(state=Notice.State.SENT).count()
        text = _("{sent} letters sent, {received} received, {refused} refused and their contact mended")
        return text.format(sent=sent, received=len(world.letters()), refused=len(world.refused()))

    def standing_text(self) -> str:
        """How the demanded addresses stand, in one line."""
        states = list(targets().values_list("state", flat=True))
        removed = states.count(Target.State.VERIFIED)
        letters = Notice.objects.filter(state=Notice.State.SENT).count()
        text = _("{demanded} demanded, {removed} removed and verified, {open} open, {letters} letters")
        return text.format(demanded=len(states), removed=removed, open=len(states) - removed, letters=letters)
