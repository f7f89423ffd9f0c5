"""``jium doctor``: every part, one line each, and what to do about it."""

from __future__ import annotations

import argparse

from jium.cli import checks
from jium.config import Config, ConfigError, load
from jium.language import _

MARKS = {"ok": "[green]✓[/green]", "note": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}


def doctor(args: argparse.Namespace) -> int:
    """Print a finding a part; 0 when nothing is bad."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    table = Table(box=None, show_header=False, pad_edge=False)
    for _column in range(3):
        table.add_column(overflow="fold")
    findings = examine()
    for finding in findings:
        advice = f"\n[dim]→ {escape(finding.advice)}[/dim]" if finding.advice else ""
        table.add_row(MARKS[finding.state], finding.part, escape(finding.text) + advice)
    console.print(table)
    bad = sum(finding.state == "bad" for finding in findings)
    if bad:
        console.print(_("{count} part(s) need attention.").format(count=bad))
    else:
        console.print(_("Everything that is needed is in order."))
    return 1 if bad else 0


def examine() -> list[checks.Finding]:
    """All findings; where the data directory is not prepared yet, what rests on it is left out."""
    try:
        config = load()
    except ConfigError as problem:
        return [checks.Finding(_("settings"), "bad", str(problem), _("mend the line named and start again"))]
    findings = [checks.data_directory(config)]
    if findings[0].state == "bad":
        return findings + [check(config) for check in checks.EQUIPMENT]
    findings += [check for check in (checks.restored(config),) if check.state == "bad"]
    findings += [checks.disk_space(config), checks.database(config)]
    findings += _prepared(config) if findings[-1].state != "bad" else []
    return findings + [check(config) for check in checks.EQUIPMENT]


def _prepared(config: Config) -> list[checks.Finding]:
    if not config.database_url and not (config.data / "jium.sqlite").exists():
        text = _("not made yet")
        return [checks.Finding(_("vault key"), "note", text, _("'jium up' makes it on its first start"))]
    from jium import web

    web.set_up()
    from django.db import Error

    try:
        return [check(config) for check in (*checks.AFTER_MIGRATION, *checks.ON_REQUEST)]
    except Error:
        text = _("the tables are missing, or another version made them")
        return [checks.Finding(_("database"), "bad", text, _("'jium migrate' brings them up to this version"))]
