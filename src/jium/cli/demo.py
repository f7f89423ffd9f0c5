"""``jium demo``: the whole system at work on a small web of its own, then left open to click through."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from jium.cli import checks
from jium.config import Config
from jium.language import _, reason

if TYPE_CHECKING:
    from jium.demoweb.narrator import Narrator

PORT = 8600


def demo(args: argparse.Namespace) -> int:
    """Tell the story; 0 when every planted copy reached its true end and no letter was doubled or lost."""
    console = Console()
    port, told = _port(args)
    if told:
        console.print(told)
    if port is None:
        return 2
    folder = _folder(console, args)
    if folder is None:
        return 2
    signal.signal(signal.SIGTERM, _stop)
    try:
        return _tell(console, folder, args, port)
    finally:
        if not args.data:
            shutil.rmtree(folder, ignore_errors=True)


def _folder(console: Console, args: argparse.Namespace) -> Path | None:
    """Where the demo keeps its things; None, and it is said why, where it cannot be there."""
    if not args.data:
        return Path(tempfile.mkdtemp(prefix="jium-demo-"))
    folder = Path(args.data)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        begun = any(folder.iterdir())
    except OSError as problem:
        text = _("{path} cannot be made ({reason})").format(path=folder, reason=reason(problem))
        console.print(text, markup=False, highlight=False, soft_wrap=True)
        return None
    if begun:
        text = _("{folder} is not empty: the demo begins in an empty folder").format(folder=folder)
        console.print(text, markup=False, highlight=False, soft_wrap=True)
        return None
    return folder


def _port(args: argparse.Namespace) -> tuple[int | None, str]:
    """Where the pages are served (0: anywhere; None: nowhere), and what to say about it."""
    wanted = args.port or PORT
    if args.headless and not args.port:
        return 0, ""
    if checks.port(Config(data=Path(), port=wanted)).state == "ok":
        return wanted, ""
    if args.port:
        return None, _("Port {port} is taken by another program. Choose another with --port.").format(port=wanted)
    return 0, _("Port {port} is taken by another program; the pages are served on another one.").format(port=wanted)


def _stop(*_args: object) -> None:
    raise KeyboardInterrupt


def _tell(console: Console, folder: Path, args: argparse.Namespace, port: int) -> int:
    data, clock_file = folder / "data", folder / "clock"
    # Before Django reads its settings: this process only looks into the tables of the demo's own installation.
    os.environ.update(JIUM_DATA=str(data), JIUM_CLOCK_FILE=str(clock_file))
    from jium import web

    web.set_up()
    from jium.demoweb.narrator import STAGES, Narrator
    from jium.demoweb.officer import Refused
    from jium.demoweb.story import Stuck
    from jium.demoweb.system import DidNotStart

    narrator = Narrator(console)
    try:
        return _play(narrator, folder, args, port)
    except DidNotStart as problem:
        told = _("The system did not start. The last it said:") + f"\n{problem}"
    except Stuck as problem:
        told = _("The system did not get on at this stage: {stage}").format(stage=STAGES[str(problem)])
    except Refused as problem:
        told = _("A page of the system did not take what was sent: {text}").format(text=problem)
    console.print(told, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


def _play(narrator: Narrator, folder: Path, args: argparse.Namespace, port: int) -> int:
    from jium.demoweb.stage import Stage

    narrator.say(_("[bold]jium[/bold] shows the whole way on a small web of its own; nothing leaves this machine."))
    with Stage(folder, port=port, split=args.kill > 0) as stage:
        story = stage.story(narrator)
        killer = stage.killer(narrator, args.kill, args.seed)
        try:
            tally = story.run()
        finally:
            killer.finish()
        narrator.ending(tally, story.seconds)
        if args.headless:
            return 0 if tally.flawless and killer.kills >= args.kill else 1
        _leave_open(narrator, stage.system.address)
        return 0


def _leave_open(narrator: Narrator, address: str) -> None:
    from jium.demoweb.desk import NAME, PASSWORD

    narrator.say("")
    narrator.open_at(address, NAME, PASSWORD)
    narrator.say(_("Stop it with Ctrl+C."))
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    narrator.say(_("Stopping …"))
