"""Every action that some room plans is carried out by somebody, on a queue that exists."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import jium
from jium import flow
from jium.desk.system import JOBS
from jium.engine import registry

ROOM = Path(jium.__file__).parent


def planned() -> Iterator[tuple[str, str]]:
    """Where (file:line) and what: each ``row.plan("x", …)`` and ``row.plan_in("x", …)`` of the source."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            first = node.args[0]
            if node.func.attr in ("plan", "plan_in") and isinstance(first, ast.Constant):
                yield f"{path.relative_to(ROOM)}:{node.lineno}", str(first.value)


def test_every_planned_action_is_carried_out_by_somebody() -> None:
    flow.register()
    carried_out = {action.name for action in registry.actions()}
    plans = list(planned())
    assert len(plans) > 10
    assert [(place, name) for place, name in plans if name not in carried_out] == []


def test_every_action_runs_on_a_queue_that_exists() -> None:
    flow.register()
    assert {action.queue for action in registry.actions()} <= set(registry.QUEUES)


def test_every_table_with_work_has_somebody_to_do_it() -> None:
    flow.register()
    served = {action.model for action in registry.actions()}
    assert [model for model in registry.tables() if model not in served] == []


def test_every_action_has_a_name_for_people() -> None:
    flow.register()
    # The engine's tests make actions of their own in the same process.
    ours = {action.name for action in registry.actions() if action.run.__module__.startswith("jium.")}
    assert ours == set(JOBS)
