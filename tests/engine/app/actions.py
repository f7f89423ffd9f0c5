"""What is done for an errand. In the directory ``ERRANDS_ROOM`` a test and an action leave each other word."""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from jium import engine
from tests.engine.app.models import Effect, Errand

SECRET = "010-1234-5678"


def room() -> Path:
    return Path(os.environ["ERRANDS_ROOM"])


def effect(row: Errand, kind: str) -> None:
    Effect.objects.create(errand=row, kind=kind, turn=row.turn, executor=os.environ.get("ERRANDS_SLOT", ""))


def wait_for(name: str) -> None:
    """Until the test has left the file ``name``."""
    while not (room() / name).exists():
        time.sleep(0.02)


@engine.action(Errand, "once", queue="desk")
def once(row: Errand) -> None:
    effect(row, "once")


@engine.action(Errand, "chain", queue="mail")
def chain(row: Errand) -> None:
    effect(row, "chain")
    row.plan("once")


@engine.action(Errand, "later", queue="check")
def later(row: Errand) -> None:
    effect(row, "later")
    row.plan_in("once", timedelta(days=7))


@engine.action(Errand, "slow", queue="crawl")
def slow(row: Errand) -> None:
    """Says that it began, and goes on only when told."""
    effect(row, "began")
    (room() / f"began-{row.pk}").touch()
    wait_for("go-on")
    Errand.objects.filter(pk=row.pk).update(state="done")
    effect(row, "ended")


@engine.action(Errand, "brief", queue="desk")
def brief(row: Errand) -> None:
    time.sleep(0.02)
    effect(row, "brief")


@engine.action(Errand, "fail", queue="desk")
def fail(row: Errand) -> None:
    effect(row, "failed")
    raise LookupError(f"nobody answers at {SECRET}")


@engine.action(Errand, "leave", queue="desk")
def leave(row: Errand) -> None:
    effect(row, "left")
    sys.exit(f"goodbye {SECRET}")


@engine.action(Errand, "die", queue="media")
def die(row: Errand) -> None:
    """Takes the whole process down, as a job that eats all memory would."""
    effect(row, "died")
    os.kill(os.getpid(), 9)
