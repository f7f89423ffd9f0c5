"""The demo's story: the officer works, days pass, and every planted copy comes to its true end.

The system under demonstration runs in processes of its own (:mod:`jium.demoweb.system`); the small web, its
operators and their mail server (:mod:`jium.demoweb.world`) live here. The story presses buttons over HTTP
(:mod:`jium.demoweb.desk`) and reads the system's tables only to know when to go on and to count at the end.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from jium import clock, engine
from jium.demoweb.desk import NAME, PASSWORD, Desk
from jium.demoweb.narrator import Narrator
from jium.demoweb.system import System
from jium.demoweb.tally import Tally, tally
from jium.demoweb.world import World

STAGE_SECONDS = 180
LAST_DAY = timedelta(days=9)
# What is due within so much time is let happen in one step.
TOGETHER = timedelta(hours=1)


class Stuck(Exception):
    """The system did not get on within the time a stage may take; the message says at which stage."""


@dataclass
class Story:
    """One run from an empty installation to the last verified removal."""

    world: World
    system: System
    desk: Desk
    narrator: Narrator
    clock_file: Path
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self) -> Tally:
        """Tell the story; what became of every planted copy."""
        start = clock.now()
        self.desk.enter(self.system.welcome)
        self.narrator.open_at(self.system.address, NAME, PASSWORD)
        self._stage("register", self._register)
        self._stage("watch and match", self._watch)
        self._stage("review", self._review)
        self._stage("capture and draft", self._capture)
        self._stage("approve and send", self._approve)
        self._stage("follow up", lambda: self._follow_up(start))
        return tally(self.world)

    def drafted_seconds(self) -> float:
        """From the first registration to the drafted letters, a person's decision included."""
        return sum(self.seconds[name] for name in ("register", "watch and match", "review", "capture and draft"))

    def _stage(self, name: str, act: Callable[[], str]) -> None:
        began = time.monotonic()
        with self.narrator.stage(name):
            told = act()
        self.seconds[name] = time.monotonic() - began
        self.narrator.told(name, told, self.seconds[name])

    def _register(self) -> str:
        self.desk.open_case()
        self.desk.begin(self.world.identity)
        for path in self.world.reference_files:
            self.desk.register(path)
        self._await("register", self.desk.all_registered)
        return self.desk.registered_text()

    def _watch(self) -> str:
        for name, address in self.world.sites.items():
            self.desk.watch(name, address)
        self._await("watch and match", self._quiet)
        return self.desk.watched_text()

    def _review(self) -> str:
        return self.desk.decide_all(self.world)

    def _capture(self) -> str:
        self._await("capture and draft", self._quiet)
        return self.desk.captured_text()

    def _approve(self) -> str:
        self.desk.answer_everything(self.world)
        self._await("approve and send", self._quiet)
        self.desk.answer_everything(self.world)
        self._await("approve and send", self._quiet)
        return self.desk.sent_text(self.world)

    def _follow_up(self, start: datetime) -> str:
        while clock.now() < start + LAST_DAY and not tally(self.world).settled:
            self._await("follow up", self._quiet)
            self.narrator.happened(clock.now() - start, self.world.tick())
            self.desk.answer_everything(self.world)
            self._await("follow up", self._quiet)
            self.narrator.standing(clock.now() - start, self.desk.standing_text())
            self._to_next_event()
        return self.desk.standing_text()

    def _to_next_event(self) -> None:
        """Move the clock to whatever happens next, in the system or in the world."""
        events = [moment for moment in (engine.next_due(), self.world.next_event()) if moment]
        now = clock.now()
        coming = min(events, default=now + timedelta(hours=1))
        step = max(coming - now, timedelta(0)) + TOGETHER
        clock.move(self.clock_file, (clock.offset() + step).total_seconds())

    def _quiet(self) -> bool:
        return engine.due_count() == 0

    def _await(self, stage: str, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + STAGE_SECONDS
        while not reached():
            if time.monotonic() > end:
                raise Stuck(stage)
            time.sleep(0.5)


class Killer(threading.Thread):
    """Kills the system's processes in turn at random moments, as power cuts would."""

    def __init__(self, system: System, times: int, seed: int, narrator: Narrator) -> None:
        super().__init__(daemon=True)
        self._system, self._left, self._chance, self._narrator = system, times, random.Random(seed), narrator  # noqa: S311
        self._over = threading.Event()
        self.kills = 0

    def run(self) -> None:
        roles = itertools.cycle(self._chance.sample(self._system.roles, len(self._system.roles)))
        while self._left and not self._over.wait(self._chance.uniform(0.5, 6.0)):
            role = next(roles)
            self._system.kill(role)
            self._left -= 1
            self.kills += 1
            self._narrator.killed(role, self.kills)

    def finish(self) -> None:
        """No more kills; the one under way is completed."""
        self._over.set()
        self.join()
