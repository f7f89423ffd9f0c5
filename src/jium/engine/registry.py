"""What the engine knows: which function carries out which action, on which queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from jium.engine.models import Work

Row = TypeVar("Row", bound="Work")

# How many jobs of each queue one worker runs at once.
QUEUES = {"media": 1, "crawl": 2, "slow": 1, "capture": 2, "mail": 1, "check": 2, "desk": 2, "examine": 1}


@dataclass(frozen=True)
class Action:
    """A function for one action of one table."""

    model: type[Work]
    name: str
    queue: str
    run: Callable[[Any], None]


_actions: dict[tuple[str, str], Action] = {}


def action(model: type[Row], name: str, queue: str) -> Callable[[Callable[[Row], None]], Callable[[Row], None]]:
    """Say that the function carries out action ``name`` of a row of ``model``.

    The function gets the row. It plans what comes next by ``row.plan``; if it plans nothing, the row rests.
    It may run twice for one turn (after a crash): a second run must change nothing.
    """
    if queue not in QUEUES:
        raise ValueError(f"unknown queue {queue!r}")

    def register(run: Callable[[Row], None]) -> Callable[[Row], None]:
        key = (model._meta.label_lower, name)
        if key in _actions and _actions[key].run is not run:
            raise ValueError(f"{key} is carried out by another function already")
        _actions[key] = Action(model, name, queue, run)
        return run

    return register


def find(label: str, name: str) -> Action | None:
    """The action of a table, or None where nobody carries it out."""
    return _actions.get((label, name))


def actions() -> list[Action]:
    """Everything that is carried out."""
    return list(_actions.values())


def names(model: type[Work]) -> list[str]:
    """The actions of a table that are carried out in this process."""
    return [name for label, name in _actions if label == model._meta.label_lower]


def tables() -> list[type[Work]]:
    """Every table whose rows have work ahead of them."""
    from django.apps import apps

    from jium.engine.models import Work

    return [model for model in apps.get_models() if issubclass(model, Work)]
