"""What a command of the libraries prints: JSON Lines as they come, or a table at the end."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from jium.language import _

if TYPE_CHECKING:
    from jium.cli.files import Problem
    from jium.cli.telling import Line

# What a command exits with: done (whatever was found), failed, arguments that cannot be used.
DONE, FAILED, UNUSABLE = 0, 1, 2
# Columns of a table that no terminal shows.
WIDE = 240


def refused(sentence: str, status: int = UNUSABLE) -> int:
    """Say why nothing is done; what to exit with."""
    print(f"jium: {printable(sentence)}", file=sys.stderr)
    return status


class Output:
    """JSON lines as they come, or one table at the end and the problems below it."""

    def __init__(self, as_json: bool, headings: tuple[str, ...]) -> None:
        self._json = as_json
        self._headings = headings
        self._rows: list[tuple[str, ...]] = []
        self._problems: list[tuple[str, str]] = []
        self._note = ""

    def line(self, line: Line, row: tuple[str, ...]) -> None:
        if self._json:
            self._print(line)
        else:
            self._rows.append(row)

    def problem(self, file: str, problem: Problem) -> None:
        if self._json:
            self._print({"file": file, "error": {"kind": problem.kind, "message": problem.message}})
        else:
            self._problems.append((file, problem.message))

    def note(self, text: str) -> None:
        """What people are told below the table."""
        self._note = text

    def _print(self, line: Line) -> None:
        text = json.dumps(line, ensure_ascii=False)
        try:
            text.encode(sys.stdout.encoding or "utf-8")
        except UnicodeEncodeError:
            # File names need not be text; escaped they survive.
            text = json.dumps(line)
        # JSON leaves letters that steer a terminal or turn the direction of writing as they are; escaped they do not.
        print("".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text), flush=True)

    def close(self, stopped: bool = False) -> None:
        if self._json or (stopped and not self._rows and not self._problems):
            return
        from rich.cells import cell_len
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        console = Console(highlight=False)
        if not console.is_terminal and "COLUMNS" not in os.environ:
            console.width = WIDE  # into a file or a pipe: no line is broken that need not be
        if self._rows:
            table = Table(*self._headings, box=None, pad_edge=False, header_style="bold")
            for column in table.columns:
                column.overflow = "fold"
                # Numbers are read whole; words and paths can go on in the next line.
                column.min_width = cell_len(str(column.header))
                column.no_wrap = column.header in (_("score"), _("by chance"), _("size"), _("fingerprint"))
            for row in self._rows:
                table.add_row(*(Text(printable(cell)) for cell in row))
            console.print(table)
        elif not self._problems:
            console.print(_("Nothing was found."))
        if self._note:
            console.print(Text(self._note))
        for file, message in self._problems:
            console.print(Text(f"{printable(file)}: {message}", style="red"), soft_wrap=True)


def printable(text: str) -> str:
    """File names may hold bytes that are no text, and control characters that would steer the terminal."""
    known = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() else "�" for letter in known)
