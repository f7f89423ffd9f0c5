"""What commands need that work on an installation that is there: its tables, and a way to hand over a link."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jium.cli.output import FAILED, refused
from jium.language import _

if TYPE_CHECKING:
    from jium.config import Config


def with_tables(act: Callable[[Config], int]) -> int:
    """Run on an installation that is there. Says what is wrong where it is not; what to exit with."""
    from jium import web
    from jium.config import ConfigError, load

    try:
        config = load()
    except ConfigError as problem:
        return refused(str(problem), FAILED)
    if not config.database_url and not (config.data / "jium.sqlite").exists():
        return refused(_("there is no installation in {path}").format(path=config.data), FAILED)
    web.set_up()
    from django.db import Error

    try:
        return act(config)
    except Error:
        return refused(_("the tables are missing, or another version made them: 'jium migrate'"), FAILED)


def welcome_address(config: Config, token: str) -> str:
    """Where a one-time link is opened."""
    return f"http://{config.host}:{config.port}/welcome/{token}/"


def tell_link(link: str, file: Path) -> None:
    """On a terminal only: what is printed elsewhere is kept in a log, and the link opens the door."""
    if sys.stdout.isatty():
        print(f"  {link}")
        return
    file.unlink(missing_ok=True)
    write_once(file, link + "\n")
    print("  " + _("The link is in {path}.").format(path=file))


def write_once(path: Path, text: str) -> None:
    """A file for this user alone; one that is there stays as it is."""
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
