"""Starts worker processes, each a fork of this one: it has imported everything, so they start at once.

Takes ``[function, arguments…]`` as lines of JSON and answers with a line each, as ``desk`` does.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import signal
import sys
import threading
import traceback
from datetime import timedelta

import django

PR_SET_PDEATHSIG = 1


def start(slot: str, sweep_seconds: float, log: str, given: dict[str, str]) -> int:
    """A worker that says what it says into the file ``log``; its process id."""
    worker = os.fork()
    if worker:
        return worker
    status = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a broken-off test leaves no worker behind
    try:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, onto in ((nothing, 0), (out, 1), (out, 2)):
            os.dup2(descriptor, onto)
        work(slot, sweep_seconds, given)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def ended(worker: int) -> int | None:
    """The exit status, negative for a signal; None while it runs. Ask no more once it was told."""
    pid, status = os.waitpid(worker, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if pid else None


def work(slot: str, sweep_seconds: float, given: dict[str, str]) -> None:
    """Be a worker until SIGTERM."""
    os.environ["ERRANDS_SLOT"] = slot
    from django.conf import settings

    from jium import engine
    from jium.engine import link, sweep
    from jium.engine import worker as worker_module

    settings.CONFIG = dataclasses.replace(settings.CONFIG, sweep_seconds=sweep_seconds)
    if "keep" in given:
        sweep.KEEP = timedelta(seconds=float(given["keep"]))
    worker_module.POLL_SECONDS = 0.1  # the tests wait for it all the time
    link.DEATHS = int(given.get("deaths", link.DEATHS))
    worker_module.STOP_SECONDS = int(given.get("stop", worker_module.STOP_SECONDS))
    queues = given["queues"].split(",") if "queues" in given else None
    worker = engine.Worker(
        settings.CONFIG,
        slot,
        queues,
        beat_seconds=float(given.get("beat", 0.3)),
        dead_after=float(given.get("dead", 60)),
    )
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    worker.start()
    print("started", flush=True)
    asked.wait()
    worker.stop()
    print("stopped", flush=True)


def main() -> None:
    django.setup()
    # Only to have them imported before the first fork.
    import tests.engine.app.actions  # noqa: F401
    from jium.engine import worker  # noqa: F401

    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(globals()[name](*arguments)), flush=True)


if __name__ == "__main__":
    main()
