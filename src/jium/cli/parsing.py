"""The command line's grammar in the user's language: argparse, whose own words are put through our catalogue.

argparse makes its sentences in English; here they are recognised by what they are made from and said again in the
terminal's language. A sentence that is not known stays as argparse said it.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections.abc import Callable, Generator
from typing import Any, NoReturn

from jium.cli.output import printable
from jium.language import _, gettext_noop

Commands = argparse._SubParsersAction

# argparse's sentences as it makes them; what stands in braces is filled in.
SENTENCES = (
    gettext_noop("argument {argument}: {what}"),
    gettext_noop("the following arguments are required: {arguments}"),
    gettext_noop("unrecognized arguments: {arguments}"),
    gettext_noop("expected one argument"),
    gettext_noop("expected at least one argument"),
    gettext_noop("ignored explicit argument {value}"),
    gettext_noop("ambiguous option: {option} could match {options}"),
    gettext_noop("invalid choice: {value} (choose from {choices})"),
)
HEADINGS = (gettext_noop("positional arguments"), gettext_noop("options"))

# Follows every letter two cells wide while lines are made up, so that their length in letters is that in cells.
_SECOND_CELL = "\ue000"


class Parser(argparse.ArgumentParser):
    """A parser that speaks the user's language, as do the parsers of its subcommands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, add_help=False, formatter_class=_Help)
        self.add_argument("-h", "--help", action="help", help=_("show this help and exit"))

    def error(self, message: str) -> NoReturn:
        """How to use it and what was wrong, on the error output; exit status 2."""
        self.print_usage(sys.stderr)
        told = _("{command}: error: {problem}").format(command=self.prog, problem=said(message))
        self.exit(2, f"{printable(told)}\n")


def said(message: str) -> str:
    """One of argparse's sentences in the user's language; anything else as it is."""
    for sentence in SENTENCES:
        if found := _pattern(sentence).fullmatch(message):
            parts = found.groupdict()
            if "what" in parts:
                parts["what"] = said(parts["what"])
            return _(sentence).format(**parts)
    return message


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)


def number(least: int, most: int, told: str) -> Callable[[str], int]:
    """The type of an argument that is a whole number; ``told`` is what is said of any other."""

    def read(text: str) -> int:
        short = len(text) <= len(str(most))
        if not (short and text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(told)
        return int(text)

    return read


class _Help(argparse.HelpFormatter):
    """argparse's help with our headings, columns measured in the terminal's cells, and lines that start with two
    blanks (examples) left as they are."""

    def start_section(self, heading: str | None) -> None:
        super().start_section(_(heading) if heading in HEADINGS else heading)

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _wide(_("usage: ")) if prefix is None else prefix)

    def format_help(self) -> str:
        return super().format_help().replace(_SECOND_CELL, "")

    def _metavar_formatter(self, action: argparse.Action, default_metavar: str) -> Callable[[int], tuple[str, ...]]:
        named = super()._metavar_formatter(action, default_metavar)
        return lambda count: tuple(_wide(name) for name in named(count))

    def _expand_help(self, action: argparse.Action) -> str:
        return _wide(super()._expand_help(action))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        fill = super()._fill_text
        lines = (_wide(line) for line in text.splitlines())
        return "\n".join(line if line.startswith("  ") else fill(line, width, indent) for line in lines)

    def _format_action(self, action: argparse.Action) -> str:
        if isinstance(action, Commands):  # its heading says already what follows
            return self._join_parts([self._format_action(each) for each in self._iter_indented_subactions(action)])
        return super()._format_action(action)

    def _iter_indented_subactions(self, action: argparse.Action) -> Generator[argparse.Action]:
        if isinstance(action, Commands):
            yield from action._get_subactions()


def add_command(commands: Commands[Parser], name: str, text: str, **more: Any) -> Parser:
    """Add a command; ``text`` stands beside its name in the list and, unless ``more`` has another, in its own help."""
    return commands.add_parser(name, help=text, **{"description": text, **more})


def add_data(command: argparse.ArgumentParser) -> None:
    """Which installation the command works on."""
    command.add_argument("--data", metavar=_("DIR"), help=_("data directory (default ~/.local/share/jium)"))


def _wide(text: str) -> str:
    """``text`` with a mark after each letter that takes two cells."""
    return "".join(letter + _SECOND_CELL if unicodedata.east_asian_width(letter) in "WF" else letter for letter in text)
