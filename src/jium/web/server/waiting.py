"""How long a connection may wait for what: decided here, on plain values."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

# A request to begin; its head; its body; our own work; the other side to read the answer; the other side to hang up.
What = Literal["request", "head", "body", "us", "reader", "farewell"]


@dataclass(frozen=True)
class Waiting:
    """For what, for how many seconds, and how many bytes of it have come or gone."""

    what: What
    seconds: float
    moved: int = 0

    @property
    def gives_way(self) -> bool:
        """Whether it may be closed to make room: nobody's work is lost."""
        return self.what in ("request", "head", "farewell")


@dataclass(frozen=True)
class Patience:
    """Seconds; ``slowest`` in bytes a second, on average, after ``start`` seconds."""

    request: float = 60.0
    head: float = 20.0
    farewell: float = 5.0
    start: float = 30.0
    slowest: float = 4096.0
    now: Callable[[], float] = time.monotonic

    def ended(self, waiting: Waiting) -> bool:
        """Whether nobody should wait any longer. Our own work has no end here."""
        match waiting.what:
            case "us":
                return False
            case "request":
                return waiting.seconds > self.request
            case "head":
                return waiting.seconds > self.head
            case "farewell":
                return waiting.seconds > self.farewell
            case "body" | "reader":
                return waiting.seconds > self.start + waiting.moved / self.slowest
