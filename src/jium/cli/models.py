"""``jium models``: which face models there are, what they find, under which licence, and how one is brought here."""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jium import config
from jium.cli.output import DONE, FAILED, UNUSABLE, Output
from jium.cli.parsing import Commands, Parser, add_command, add_data
from jium.language import _, reason, terminal_language

if TYPE_CHECKING:
    from jium.egress.session import Fetched
    from jium.faces.model import Description, ModelFile
    from jium.faces.shelf import Shelf


def add_models(commands: Commands[Parser]) -> None:
    """Add ``jium models`` to the command line."""
    models = add_command(
        commands,
        "models",
        _("list the face models, or bring a better one"),
        description=_(
            "Face models find a person's face from a photo. One comes with jium; better ones can be brought."
        ),
        epilog=_(
            "Examples:\n  jium models\n  jium models pull mobilefacenet --from /media/stick\n"
            "  jium models remove mobilefacenet"
        ),
    )
    add_data(models)
    models.add_argument("--json", action="store_true", help=_("one JSON object a line instead of a table"))
    models.set_defaults(run=_list)
    what = models.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    pull = add_command(what, "pull", _("bring a model here: from its source, a folder or a file"))
    pull.add_argument("name", metavar=_("NAME"), help=_("the model's name"))
    text = _("a folder or a file where it lies, or the address of a mirror (default: its source on the internet)")
    pull.add_argument("--from", dest="source", metavar=_("PLACE"), help=text)
    pull.add_argument("--accept-licence", action="store_true", help=_("the licence is accepted: do not ask"))
    pull.set_defaults(run=_pull)
    remove = add_command(what, "remove", _("take a model away"))
    remove.add_argument("name", metavar=_("NAME"), help=_("the model's name"))
    remove.set_defaults(run=_remove)


def _list(args: argparse.Namespace) -> int:
    from jium.faces import models, odds
    from jium.faces.shelf import Shelf

    here = Shelf.of_user()
    present, used = here.present(), here.in_use()
    headings = (_("model"), _("here?"), _("finds"), _("size"), _("licence"), _("remark"))
    output = Output(args.json, headings)
    for one in models.descriptions():
        measured = odds.of_model(one.name)
        state = _("in use") if one is used else _("yes") if one in present else _("no")
        share = _("{percent} of 100").format(percent=round(measured.recall["all"] * 100)) if measured else ""
        line: dict[str, Any] = {
            "model": one.name,
            "title": one.title,
            "here": one in present,
            "in_use": one is used,
            "recall": measured.recall if measured else None,
            "bytes": one.size,
            "licences": list(one.licences),
        }
        cells = (
            one.name,
            state,
            share or _("not measured"),
            _size(one.size),
            ", ".join(one.licences),
            one.remark[terminal_language()],
        )
        output.line(line, cells)
    output.note(
        _("'finds': of a person's other pictures, measured at one false hit in 10,000 faces (docs/benchmarks.md)")
    )
    output.close()
    return DONE


def _known(name: str) -> Description | None:
    from jium.faces import models

    known = {one.name: one for one in models.descriptions()}
    if name not in known:
        text = _("there is no face model {name}; there are: {names}").format(name=name, names=", ".join(known))
        print(f"jium: {text}", file=sys.stderr)
    return known.get(name)


def _pull(args: argparse.Namespace) -> int:
    from jium.faces.network import WrongModel
    from jium.faces.shelf import Shelf

    described = _known(args.name)
    if described is None:
        return UNUSABLE
    here = Shelf.of_user()
    missing = here.missing(described)
    if not missing:
        print(_("{title} is here already.").format(title=described.title))
        return DONE
    if described.built_in:
        text = _("{title} comes with jium, but its files are missing: install jium again").format(title=described.title)
        print(f"jium: {text}", file=sys.stderr)
        return FAILED
    if not _accepted(described, missing, args.accept_licence):
        return UNUSABLE
    try:
        for file in missing:
            _bring(here, file, args.source)
    except WrongModel as problem:
        print(f"jium: {file.name}: {_(str(problem))}", file=sys.stderr)
        return FAILED
    except (OSError, _NotThere) as problem:
        told = reason(problem) if isinstance(problem, OSError) else str(problem)
        print(f"jium: {file.name}: {told}", file=sys.stderr)
        return FAILED
    print(_("{title} is here; 'jium models' lists what it finds.").format(title=described.title))
    return DONE


class _NotThere(Exception):
    """A file is not where it was said to be; the message is a sentence for the user."""


def _accepted(described: Description, missing: list[ModelFile], already: bool) -> bool:
    """Show what would come and under which licence, and ask."""
    for file in missing:
        print(f"{file.name}: {_size(file.size)}, {file.licence}, {file.source}\n  SHA-256 {file.sha256}")
    print(described.remark[terminal_language()])
    if already:
        return True
    if not sys.stdin.isatty():
        text = _("read the licence above and repeat the command with --accept-licence")
        print(f"jium: {text}", file=sys.stderr)
        return False
    return input(_("Do you accept the licence? (y/n) ")).strip().lower() in ("y", "yes", "네", "예", "ㅛ")


def _bring(here: Shelf, file: ModelFile, source: str | None) -> None:
    if source and not source.startswith(("https://", "http://")):
        place = Path(source)
        if not place.exists():
            raise _NotThere(_("there is no such file or folder: {path}").format(path=source))
        if not here.put_from(file, place):
            raise _NotThere(_("there is no file of this name and size in {path}").format(path=source))
        return
    address = f"{source.rstrip('/')}/{file.name}" if source else file.address
    _fetch(here, file, address)


def _fetch(here: Shelf, file: ModelFile, address: str) -> None:
    """Through the one way out. Raises :class:`_NotThere`, ``WrongModel``, ``OSError``."""
    from jium import egress
    from jium.cli.progress import growing
    from jium.egress.session import FetchError

    proxy = egress.start(config.load())
    try:
        with growing(file.size, _("fetching {name}").format(name=file.name)) as grown:
            answer = asyncio.run(_fetched(proxy, address, file.size, grown))
    except FetchError as problem:
        text = _("{address} does not give it ({kind}); it may be brought from a folder with --from")
        raise _NotThere(text.format(address=address, kind=problem.kind)) from problem
    finally:
        egress.stop()
    if answer.status != 200 or answer.cut:
        text = _("{address} does not give it ({kind}); it may be brought from a folder with --from")
        raise _NotThere(text.format(address=address, kind=answer.status))
    here.put(file, io.BytesIO(answer.body))


async def _fetched(proxy: str, address: str, size: int, grown: Callable[[int], None]) -> Fetched:
    from jium.egress.session import Bounds, Session

    async with Session(proxy) as session:
        return await session.get(address, accept="*/*", bounds=Bounds(body=size, seconds=3600.0, heard=grown))


def _remove(args: argparse.Namespace) -> int:
    from jium.faces.shelf import Shelf

    described = _known(args.name)
    if described is None:
        return UNUSABLE
    if described.built_in:
        text = _("{title} comes with jium and stays").format(title=described.title)
        print(f"jium: {text}", file=sys.stderr)
        return UNUSABLE
    Shelf.of_user().remove(described)
    print(_("{title} is no longer here.").format(title=described.title))
    return DONE


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
