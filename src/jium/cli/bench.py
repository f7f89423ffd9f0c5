"""``jium bench NAME``: our figures beside the peers', measured in the same run."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from jium.language import _

# Each module has measure(console) -> {"rows": [{column: value}], "notes": [...], …}; further tables by their title
# under "tables".
BENCHES = {
    "calibrate": "jium.bench.calibrate",
    "e2e": "jium.bench.e2e",
    "images": "jium.bench.images",
    "index": "jium.bench.index",
    "pdq": "jium.bench.pdq",
    "video": "jium.bench.video",
}
RESULTS = Path("benchmarks/results")


def add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    bench = commands.add_parser("bench", help=_("measure, beside the peers"))
    bench.add_argument("name", choices=sorted(BENCHES), help=_("what to measure"))
    bench.add_argument("--json", action="store_true", help=_("one JSON object instead of a table"))
    bench.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=args.json)
    result: dict[str, Any] = import_module(BENCHES[args.name]).measure(console)
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, ensure_ascii=False, indent=2)
    (RESULTS / f"{args.name}.json").write_text(text + "\n", encoding="utf-8")
    if args.json:
        print(json.dumps(result, ensure_ascii=False))
        return 0
    for title, rows in {"": result["rows"], **result.get("tables", {})}.items():
        table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
        for heading in rows[0]:
            table.add_column(heading)
        for row in rows:
            table.add_row(*(str(value) for value in row.values()))
        console.print(table)
    for note in result["notes"]:
        console.print(note)
    return 0
