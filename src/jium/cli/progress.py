"""A progress bar for whatever takes longer than two seconds; on the error output, and only for people."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from jium.language import _

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

PATIENCE_SECONDS = 2.0

Item = TypeVar("Item")


def watched(items: Iterable[Item], total: int, what: str) -> Generator[Item]:
    """``items`` as they come, with a bar once the first two seconds are over: how many, how fast, how long still.

    ``what`` is said beside it. Close it to take the bar away before the end.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    begun = time.monotonic()
    progress = _bar()
    task = progress.add_task(what, total=total, rate="")
    try:
        for count, item in enumerate(items, 1):
            passed = time.monotonic() - begun
            progress.update(task, completed=count, rate=_("{rate:.1f} a second").format(rate=count / max(passed, 1e-3)))
            if not progress.live.is_started and passed > PATIENCE_SECONDS:
                progress.start()
            yield item
    finally:
        progress.stop()


@contextmanager
def growing(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A bar of ``total`` bytes, for people; what is given is told how many more have come."""
    if not sys.stderr.isatty():
        yield lambda _bytes: None
        return
    from rich.progress import DownloadColumn

    with _bar(DownloadColumn()) as progress:
        task = progress.add_task(what, total=total)
        yield lambda more: progress.update(task, advance=more)


def _bar(*counts: ProgressColumn) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    counts = counts or (MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *counts,
        TimeRemainingColumn(),
        # Lines of output that come meanwhile are printed above the bar, unbroken ...
        console=Console(stderr=True, soft_wrap=True),
        # ... but only on a terminal: in a pipe or a file they must arrive.
        redirect_stdout=sys.stdout.isatty(),
        transient=True,
    )


@contextmanager
def counting(what: str) -> Iterator[Callable[[], None]]:
    """For what nobody knows the end of: once the first two seconds are over it is said how many there were so far."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    begun, count = time.monotonic(), 0
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        status.stop()

        def each() -> None:
            nonlocal count
            count += 1
            if time.monotonic() - begun > PATIENCE_SECONDS:
                status.start()
                status.update(f"{what}: {count}")

        yield each
