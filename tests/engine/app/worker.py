"""A worker process: ``python -m tests.engine.app.worker SLOT [name=value …]``. Ends cleanly on SIGTERM."""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import timedelta

import django


def main(slot: str, given: dict[str, str]) -> None:
    os.environ["ERRANDS_SLOT"] = slot
    django.setup()
    from django.conf import settings

    import tests.engine.app.actions  # noqa: F401
    from jium import engine
    from jium.engine import link, sweep

    if "keep" in given:
        sweep.KEEP = timedelta(seconds=float(given["keep"]))
    link.DEATHS = int(given.get("deaths", link.DEATHS))
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


if __name__ == "__main__":
    main(sys.argv[1], dict(part.split("=", 1) for part in sys.argv[2:]))
