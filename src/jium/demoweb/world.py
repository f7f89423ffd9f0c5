"""The demo's whole world: five small sites, their operators with mailboxes, and a canary; all on loopback.

It lives in one process and keeps nothing when it stops but the letters and the pictures in its folder. Its
time is :mod:`jium.clock`'s: whoever starts a world has set ``JIUM_CLOCK_FILE`` to the file that moves it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from PIL import Image

from jium import clock
from jium.demoweb.mailserver import Letter, MailServer
from jium.demoweb.pictures import REFERENCES, Gallery
from jium.demoweb.posts import GRAVEL, OLIVE, PLANS, Operator
from jium.demoweb.serving import LOOPBACK, Canary, SiteServer
from jium.demoweb.sites import Happening, Site

# This operator's mail server puts off a sender it does not know yet.
GREYLISTING = OLIVE.operator.right
# This one's answers so slowly that it could be taken for dead.
DRIPPING = GRAVEL.operator.right


@dataclass(frozen=True)
class Planted:
    """One altered copy: where it stands, of what it is a copy, and how it truly ends.

    ``follows``: the file whose removal brings this one (a re-upload), or "".
    """

    site: str
    page_url: str
    media_url: str
    reference: str
    alteration: str
    manner: str
    expected: str
    follows: str = ""


class World:
    """Start it, use it from any thread, stop it; or ``with World(folder, clock_file) as world``.

    ``pictures``: where the material is kept between runs; without it in ``folder``.
    """

    def __init__(self, folder: Path, clock_file: Path, *, pictures: Path | None = None) -> None:
        self.folder = folder
        self.clock_file = clock_file
        self.gallery = Gallery(pictures or folder / "pictures")
        self._sites: dict[str, Site] = {}
        self._server = SiteServer(self._sites)
        self._canary = Canary()
        self._mail = MailServer(
            folder / "mail",
            [operator.right for operator in self.operators],
            self._deliver,
            greylisted=[GREYLISTING],
            dripping=[DRIPPING],
        )
        self._told: set[Happening] = set()
        self._running = ExitStack()

    def start(self) -> None:
        """Make the material that is missing (some seconds), then serve."""
        for key in REFERENCES:
            self.gallery.reference(key)
        with ExitStack() as starting:
            for server in (self._canary, self._server, self._mail):
                server.start()
                starting.callback(server.stop)
            for plan in PLANS:
                self._sites[plan.operator.host] = Site(plan, self.gallery, self._canary.port)
            self._running = starting.pop_all()

    def stop(self) -> None:
        """Serve no more; letters and counts stay readable."""
        self._running.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def sites(self) -> dict[str, str]:
        """Name and start address of every site."""
        return {site.plan.name: site.start for site in self._sites.values()}

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Who answers for the sites. One's ``registered`` address takes no mail; its ``right`` one does."""
        return tuple(plan.operator for plan in PLANS)

    @property
    def reference_files(self) -> tuple[Path, ...]:
        """The files to register, in the order of ``REFERENCES``."""
        return tuple(self.gallery.reference(key) for key in REFERENCES)

    @property
    def identity(self) -> Path:
        """What stands for a scan of the victim's identity card: drawn, and nobody's."""
        path = self.folder / "identity.png"
        if not path.exists():
            Image.new("RGB", (640, 400), "#d8dde3").save(path)
        return path

    @property
    def local_hosts(self) -> dict[str, tuple[str, int]]:
        """Where the names of the sites are really served."""
        return {plan.operator.host: (LOOPBACK, self._server.port) for plan in PLANS}

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to live in this world."""
        hosts = ",".join(f"{name}={address}:{port}" for name, (address, port) in self.local_hosts.items())
        return {"JIUM_LOCAL_HOSTS": hosts, "JIUM_CLOCK_FILE": str(self.clock_file)}

    @property
    def mail_port(self) -> int:
        """The SMTP server, on 127.0.0.1 without TLS."""
        return self._mail.port

    def planted(self) -> tuple[Planted, ...]:
        """Every copy there is or will be: a re-upload's address is known before it is there."""
        return tuple(copy for site in self._sites.values() for copy in _copies(site))

    def shows(self, media_url: str) -> bool:
        """Whether a person who looks finds this file now, whatever stands before it."""
        return any(site.shows(media_url, clock.now()) for site in self._sites.values())

    def letters(self) -> tuple[Letter, ...]:
        """Every letter taken, in order; one that was delivered twice stands here twice."""
        return self._mail.letters()

    def notices_received(self) -> Mapping[str, int]:
        """How often each Message-ID was taken."""
        return Counter(letter.message_id for letter in self.letters())

    def refused(self) -> tuple[str, ...]:
        """The recipients the mail server refused for good (550), once for every try."""
        return self._mail.refused()

    def put_off(self) -> tuple[str, ...]:
        """The recipients the mail server put off (451), once for every try."""
        return self._mail.put_off()

    def inside_hits(self) -> int:
        """How many connections reached the canary."""
        return self._canary.hits

    def tick(self) -> tuple[Happening, ...]:
        """What the sites did since the last call, by time, then by address."""
        now = clock.now()
        fresh = {happening for happening in self._happenings() if happening.at <= now} - self._told
        self._told |= fresh
        return tuple(sorted(fresh, key=lambda happening: (happening.at, happening.address)))

    def next_event(self) -> datetime | None:
        """When a site will next do something by itself, as far as the letters so far decide it."""
        now = clock.now()
        return min((happening.at for happening in self._happenings() if happening.at > now), default=None)

    def _happenings(self) -> list[Happening]:
        return [happening for site in self._sites.values() for happening in site.happenings()]

    def _deliver(self, letter: Letter) -> None:
        """An operator reads a letter: only the one in whose mailbox it lies."""
        for site in self._sites.values():
            if site.plan.operator.right == letter.recipient:
                site.tell(letter.addresses, letter.received_at)


def _copies(site: Site) -> list[Planted]:
    by_number = {post.number: post for post in site.plan.posts}
    found = []
    for post in site.plan.posts:
        if post.copy is None:
            continue
        page_url, media_url = site.addresses(post)
        before = by_number[post.again] if post.again else None
        found.append(
            Planted(
                site=site.host,
                page_url=page_url,
                media_url=media_url,
                reference=post.copy[0],
                alteration=post.copy[1],
                manner=site.plan.manner.name,
                expected=site.plan.manner.expected,
                follows=site.addresses(before)[1] if before else "",
            )
        )
    return found
