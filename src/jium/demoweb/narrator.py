"""Tells the demo's story in the terminal: a line a stage, a moving one while it lasts, a table at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from jium.demoweb.sites import Happening
from jium.demoweb.tally import Tally
from jium.language import _

STAGES = {
    "register": _("register"),
    "watch and match": _("watch and match"),
    "review": _("review"),
    "capture and draft": _("capture and draft"),
    "approve and send": _("approve and send"),
    "follow up": _("follow up"),
}
ENDS = {"removed": _("removed"), "still up": _("still up"), "open": _("open")}

# What is registered, and how its copies are altered.
NAMES = {
    "harbour": _("harbour"),
    "city": _("city"),
    "still life": _("still life"),
    "poster": _("poster"),
    "dunes": _("dunes"),
    "mosaic": _("mosaic"),
    "film": _("film"),
    "recompressed": _("recompressed"),
    "smaller": _("smaller"),
    "mirrored": _("mirrored"),
    "watermarked": _("watermarked"),
    "WebP": "WebP",
    "cropped": _("cropped"),
    "framed": _("framed"),
    "turned": _("turned a little"),
    "screenshot": _("a screenshot of it"),
    "in a collage": _("in a collage"),
    "picture in picture": _("inside another picture"),
    "three edits at once": _("cropped, mirrored, screenshot"),
    "same file": _("same file"),
}


def copies(happenings: Sequence[Happening]) -> list[tuple[str, str, int]]:
    """Site, what it did, and to how many copies, in the order of the first; a file and its page are one copy."""
    counted = Counter((each.host, each.what) for each in happenings if each.file)
    return [(host, what, count) for (host, what), count in counted.items()]


class Narrator:
    """Writes to a console; quiet where there is nothing to say."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._standing = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Show that a stage is under way."""
        with self.console.status(f"[bold]{STAGES[name]}[/bold] …"):
            yield

    def say(self, text: str) -> None:
        self.console.print(text, highlight=False, soft_wrap=True)

    def open_at(self, address: str, name: str, password: str) -> None:
        """Where one may look on, and as whom."""
        self.say(_("The pages are open at [bold]{address}[/bold]").format(address=address))
        text = _("Log in as [bold]{name}[/bold] with the password [bold]{password}[/bold]")
        self.say(text.format(name=name, password=password))

    def told(self, name: str, text: str, seconds: float) -> None:
        """A finished stage: what came of it and how long it took."""
        self.say(f"[green]✓[/green] [bold]{STAGES[name]}[/bold]  {text} [dim]({seconds:.0f} s)[/dim]")

    def standing(self, passed: timedelta, text: str) -> None:
        """How things stand so long after the beginning; nothing is said where they stand as they stood."""
        if text != self._standing:
            self._day(passed, text)
        self._standing = text

    def happened(self, passed: timedelta, happenings: Sequence[Happening]) -> None:
        """What the sites did by themselves."""
        for host, what, count in copies(happenings):
            text = _("{host} removes {count}") if what == "removed" else _("{host} uploads {count} again, newly named")
            self._day(passed, "[magenta]" + text.format(host=host, count=count) + "[/magenta]")

    def _day(self, passed: timedelta, text: str) -> None:
        day = _("day {days}, {hours:02d}:{minutes:02d}").format(
            days=passed.days + 1, hours=passed.seconds // 3600, minutes=passed.seconds // 60 % 60
        )
        self.say(f"  [cyan]{day}[/cyan]  {text}")

    def killed(self, role: str, number: int) -> None:
        self.say("  [red]kill -9[/red] " + _("{role} (no. {number}), started again").format(role=role, number=number))

    def ending(self, tally: Tally, seconds: dict[str, float]) -> None:
        """The table of every planted copy, and the counts."""
        self.say("")
        self.say(_("[bold]Every planted copy and how it ended[/bold]"))
        table = Table(box=None, pad_edge=False, header_style="dim")
        for heading in (
            _("site"),
            _("copy of"),
            _("altered"),
            _("found"),
            _("letters"),
            _("ended"),
            _("true end"),
        ):
            table.add_column(heading)
        for line in tally.lines:
            copy = line.planted
            found = _("yes") if line.found else _("no")
            true_end = "[green]✓[/green]" if line.true_end else f"[red]✗[/red] {ENDS[copy.expected]}"
            table.add_row(
                copy.site,
                NAMES[copy.reference],
                NAMES[copy.alteration],
                found,
                str(line.notices),
                ENDS[line.ended],
                true_end,
            )
        self.console.print(table)
        removed = sum(line.ended == "removed" for line in tally.lines)
        count = sum(line.found for line in tally.lines)
        self.say(
            _(
                "planted {planted}, found {found}, removed and verified {removed}, still up {up}, false matches {false}"
            ).format(
                planted=len(tally.lines),
                found=count,
                removed=removed,
                up=sum(line.ended == "still up" for line in tally.lines),
                false=tally.false_matches,
            )
        )
        self.say(
            _(
                "letters sent {sent} ({repeated} of them by standing permission), received {received}, "
                "received twice {doubled}; records without the file {without}; visits to inside addresses {inside}"
            ).format(
                sent=tally.letters_sent,
                repeated=tally.repeated_unasked,
                received=tally.letters_received,
                doubled=tally.doubled,
                without=tally.without_file,
                inside=tally.inside_hits,
            )
        )
        stages = ", ".join(f"{STAGES[name]} {taken:.0f}" for name, taken in seconds.items())
        self.say(_("seconds a stage: {stages}; together {all:.0f}").format(stages=stages, all=sum(seconds.values())))
