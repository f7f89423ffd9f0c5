"""A progress bar for whatever takes longer than two seconds; on the error output, and only for people."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

PATIENCE_SECONDS = 2.0

Item = TypeVar("Item")


def watched(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """``items`` as they come, with a bar once the first two seconds are over. ``what`` is said beside it."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    begun = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task(what, total=total)
    try:
        for item in items:
            progress.advance(task)
            if not progress.live.is_started and time.monotonic() - begun > PATIENCE_SECONDS:
                progress.start()
            yield item
    finally:
        progress.stop()
