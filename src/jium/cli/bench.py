"""``jium bench NAME``: our figures beside the peers', measured in the same run."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from jium.cli.parsing import Commands, Parser, add_command
from jium.language import _, gettext_noop, reason

# What each measures. The module of that name in jium.bench has measure(console) -> {"rows": [{column: value}], "notes":
# [...], …}; further tables by their title under "tables".
BENCHES = {
    "calibrate": gettext_noop("how seldom strangers match as strongly as copies do: what the odds of a match rest on"),
    "calibrate-faces": gettext_noop(
        "how seldom strangers' faces resemble each other: what the odds of a trace rest on"
    ),
    "calibrate-forensics": gettext_noop(
        "what a comparison with a known original is worth: what a verdict of 'jium examine' rests on"
    ),
    "e2e": gettext_noop("seconds from registering files to drafted letters, on the demo's web"),
    "faces": gettext_noop("who is found from one photo, in photographs and in fakes, beside face_recognition"),
    "forensics": gettext_noop("composites told from copies and beautified pictures, where the original is known"),
    "images": gettext_noop("which edited pictures are found, and how often strangers match, beside PDQ and imagehash"),
    "index": gettext_noop("look-ups a second and memory of the index, beside threatexchange and faiss"),
    "pages": gettext_noop("seconds a page takes in a centre after years of work, and the queries it asks"),
    "pdq": gettext_noop("speed of the PDQ codes and how near they are to Meta's, beside pdqhash"),
    "video": gettext_noop("which edited videos are found, and in which seconds, beside vPDQ"),
}
RESULTS = Path("benchmarks/results")


def add_bench(commands: Commands[Parser]) -> None:
    """Add the command and its benchmarks; ``--json`` may stand before the name or after it."""
    bench = add_command(
        commands,
        "bench",
        _("measure, beside the peers"),
        epilog=_("The result is also written to benchmarks/results/NAME.json."),
    )
    text = _("one JSON object instead of a table")
    bench.add_argument("--json", action="store_true", help=text)
    names = bench.add_subparsers(title=_("what can be measured"), metavar=_("NAME"), dest="name", required=True)
    for name, measured in BENCHES.items():
        one = add_command(names, name, _(measured))
        one.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=text)
    bench.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from jium.bench.peers import NotInstalled
    from jium.media.errors import MediaError

    try:
        return _measure(args)
    except NotInstalled as problem:
        told = _("{library} is not installed; 'make setup-bench' installs what the benches need").format(
            library=problem.name
        )
    except MediaError as problem:
        told = _(problem.message)
    except OSError as problem:
        told = f"{problem.filename or args.name}: {reason(problem)}"
    print(f"jium: {told}", file=sys.stderr)
    return 1


def _measure(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=args.json)
    result: dict[str, Any] = import_module(f"jium.bench.{args.name.replace('-', '_')}").measure(console)
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
