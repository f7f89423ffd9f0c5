"""The demo's stage: the world, the system in it, and the officer's desk, set up and cleared away together."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from jium.demoweb.desk import Desk
from jium.demoweb.narrator import Narrator
from jium.demoweb.story import Killer, Story
from jium.demoweb.system import SETTINGS, System
from jium.demoweb.world import World

SWEEP_SECONDS = "0.3"


class Stage:
    """Everything of one demo in ``folder``. ``port`` 0: any free one. ``split``: pages and jobs in two processes."""

    def __init__(self, folder: Path, *, port: int = 0, split: bool = False) -> None:
        self.folder = folder
        self.clock_file = Path(os.environ["JIUM_CLOCK_FILE"])
        self.world = World(folder, self.clock_file)
        self._port = port
        self._split = split

    def __enter__(self) -> Self:
        self.world.start()
        data = Path(os.environ["JIUM_DATA"])
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        (data / "jium.toml").write_text(SETTINGS.format(mail_port=self.world.mail_port), encoding="utf-8")
        environment = {**self.world.environment, "JIUM_SWEEP_SECONDS": SWEEP_SECONDS}
        self.system = System(data, environment, port=self._port, split=self._split)
        try:
            self.system.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self.desk = Desk(self.system.address)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.system.stop()
        self.world.stop()

    def story(self, narrator: Narrator) -> Story:
        """The story on this stage."""
        return Story(self.world, self.system, self.desk, narrator, self.clock_file)

    def killer(self, narrator: Narrator, times: int, seed: int) -> Killer:
        """Starts killing at once, ``times`` times at most."""
        killer = Killer(self.system, times, seed, narrator)
        killer.start()
        return killer
