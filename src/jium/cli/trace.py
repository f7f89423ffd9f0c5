"""``jium trace``: is the person of this photo among the faces of files, folders and web archives?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jium.cli import telling
from jium.cli.face_model import Refused, add_choice, sentence
from jium.cli.output import DONE, FAILED, Output, refused
from jium.cli.parsing import Commands, Parser, add_command, number
from jium.language import _

if TYPE_CHECKING:
    from jium.cli.files import Pool, Unread
    from jium.faces.enrol import Enrolled
    from jium.faces.face import Seen
    from jium.faces.looking import Looked, OpenModel
    from jium.faces.odds import Calibration
    from jium.media.sandbox import Sandbox


def add_trace(commands: Commands[Parser]) -> None:
    """Add ``jium trace`` to the command line."""
    trace = add_command(
        commands,
        "trace",
        _("find a person's face among other files, from one photo of her"),
        description=_(
            "Look for the person of the photos, all of one person, among pictures, films and web archives. Every other "
            "face is compared and forgotten; nothing of any face is written anywhere."
        ),
        epilog=_(
            "Examples:\n  jium trace photo.jpg --in downloads\n"
            "  jium trace group.jpg --face 2 --in archive page.wacz --resume progress.jsonl"
        ),
    )
    text = _("photos of the person: files, folders, or - for standard input")
    trace.add_argument("photos", nargs="+", metavar=_("PHOTO"), help=text)
    text = _("where to look: files, folders, or - for standard input")
    trace.add_argument("--in", dest="places", nargs="+", action="extend", required=True, metavar=_("PATH"), help=text)
    told = _("people are counted from 1 and from the left")
    text = _("which person of the first photo, counted from the left")
    trace.add_argument("--face", type=number(1, 999, told), metavar=_("NUMBER"), help=text)
    add_choice(trace)
    text = _("keep the progress in FILE, and go on from there if it exists")
    trace.add_argument("--resume", metavar=_("FILE"), help=text)
    trace.add_argument("--json", action="store_true", help=_("one JSON object a line instead of a table"))
    trace.set_defaults(run=_trace)


def _trace(args: argparse.Namespace) -> int:
    from jium.cli.face_model import chosen
    from jium.cli.files import Pool, expand, unusable
    from jium.cli.resume import INTERRUPTED, UnusableProgress, stoppable
    from jium.cli.tracing import Tracing
    from jium.faces.network import WrongModel
    from jium.media.errors import MediaError

    if wrong := unusable(args.photos, args.places):
        return refused(wrong)
    photos, files = expand(args.photos), expand(args.places)
    headings = (_("photo"), _("file"), _("score"), _("by chance"), _("where"))
    output = Output(args.json, headings)
    with stoppable() as stop:
        try:
            model, calibration = chosen(args.model)
            with Pool(max(len(photos), len(files)), model.sandbox) as pool:
                read = False
                if shown := _shown(photos, model, pool, output):
                    found = _enrolled(shown, args.face, calibration)
                    who = [*(photo.digest for photo in shown), str(args.face)]
                    read = Tracing(model, calibration, found, pool, output, stop).run(files, args.resume, who)
        except (Refused, UnusableProgress) as problem:
            return refused(str(problem))
        except (WrongModel, MediaError) as problem:
            return refused(sentence(problem), FAILED)
        except KeyboardInterrupt:
            output.close(stopped=True)
            print(f"jium: {telling.how_to_go_on(stop.done, len(files), args.resume)}", file=sys.stderr)
            return INTERRUPTED
    output.close()
    return DONE if read else FAILED


@dataclass(frozen=True)
class _Shown:
    """A photo: its name, its SHA-256, and who is seen in it."""

    name: str
    digest: str
    faces: tuple[Seen, ...]


def _shown(photos: Sequence[str], model: OpenModel, pool: Pool, output: Output) -> list[_Shown]:
    """The photos in which somebody is seen; of the others it is said why they cannot be used."""
    from jium.cli.files import Problem, Unread

    usable = []
    reading = pool.each(photos, lambda file, sandbox: _seen(file, model, sandbox))
    for name, one in zip(photos, reading, strict=True):
        if isinstance(one, Unread):
            output.problem(name, one.problem)
            continue
        digest, looked = one
        if looked.kind != "image":
            output.problem(name, Problem("no_photo", _("A photo is needed to look for somebody, not a film.")))
        elif not looked.faces:
            text = _("No face was found in this photo: a drawing, an animal, or a face too small or too dark.")
            output.problem(name, Problem("no_face", text))
        else:
            usable.append(_Shown(name, digest, looked.faces))
    return usable


def _enrolled(photos: Sequence[_Shown], face: int | None, calibration: Calibration) -> Enrolled:
    """The person looked for; what is wrong with the photos is said. Raises :class:`Refused`."""
    from jium.faces.enrol import SeveralFaces, enrol

    try:
        found = enrol([(photo.name, photo.faces) for photo in photos], face, calibration.alike)
    except SeveralFaces as several:
        if face is not None and several.photo == photos[0].name:
            text = _("{photo} shows {count} people; there is no number {number}")
        else:
            text = _("{photo} shows {count} people: say which with --face NUMBER, counted from the left")
        raise Refused(text.format(photo=several.photo, count=several.count, number=face)) from None
    _advise(found, calibration)
    return found


def _advise(found: Enrolled, calibration: Calibration) -> None:
    """What is wrong with the photos, and what that costs."""
    from jium.faces.enrol import ADVICE

    for photo in found.photos:
        for kind in photo.advice:
            cost = calibration.recall.get(f"photo {kind}")
            text = _(ADVICE[kind])
            if cost is not None:
                measured = _("Measured: {percent} of 100 pictures of a person are found with such a photo.")
                text = f"{text} {measured.format(percent=round(cost * 100))}"
            print(f"{photo.name}: {text}", file=sys.stderr)


def _seen(file: str, model: OpenModel, sandbox: Sandbox) -> tuple[str, Looked] | Unread:
    from jium.cli.files import attempted, digest, opened
    from jium.faces.looking import look

    def read() -> tuple[str, Looked]:
        with opened(file) as source:
            return digest(source), look(source, model, sandbox)

    return attempted(file, read)
