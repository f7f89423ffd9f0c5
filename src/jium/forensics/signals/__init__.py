"""The signals, a folder each; what one must hold, and how one is added: docs/forensics.md."""

from __future__ import annotations

from functools import cache
from importlib import import_module, resources
from typing import cast

from jium.forensics.signal import Signal


@cache
def all_signals() -> tuple[Signal, ...]:
    """Every signal known here, by name."""
    folders = [one.name for one in resources.files(__name__).iterdir() if one.joinpath("__init__.py").is_file()]
    return tuple(cast(Signal, import_module(f"{__name__}.{name}")) for name in sorted(folders))
