"""``jium``: every command and its options. What a command needs is imported when it runs, so help is instant."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import resource
import sys
from collections.abc import Callable, Sequence

import jium
from jium.cli.parsing import Commands, Parser, add_command, add_data, number
from jium.language import _


def parser() -> Parser:
    """The whole command line."""
    from jium.cli import account, audit, backup, bench, evidence, examine, keys, library, models, trace

    top = Parser(
        prog="jium",
        description=_("jium (지움): find, prove, remove, and keep removed."),
        epilog=_("'jium COMMAND --help' tells more about each. Start with 'jium demo' or 'jium up'."),
    )
    text = _("show the version and exit")
    top.add_argument("--version", action="version", version=f"jium {jium.__version__}", help=text)
    commands = top.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    _add_house_commands(commands)
    library.add_library_commands(commands)
    trace.add_trace(commands)
    examine.add_examine(commands)
    models.add_models(commands)
    evidence.add_evidence(commands)
    audit.add_audit(commands)
    account.add_account(commands)
    keys.add_keys(commands)
    backup.add_backup(commands)
    backup.add_restore(commands)
    bench.add_bench(commands)
    return top


def _add_house_commands(commands: Commands[Parser]) -> None:
    port = number(1, 65535, _("a port is a number from 1 to 65535"))
    up = add_command(commands, "up", _("start everything: web pages, jobs and the way out to the network"))
    add_data(up)
    up.add_argument("--host", metavar=_("ADDRESS"), help=_("address to listen on (default 127.0.0.1)"))
    up.add_argument("--port", type=port, metavar=_("NUMBER"), help=_("port to listen on (default 8600)"))
    up.add_argument("--web-only", action="store_true", help=_("only the web pages; jobs run in 'jium worker'"))
    up.set_defaults(run=_lazy("jium.cli.up", "up"))

    worker = add_command(commands, "worker", _("run jobs in a process of its own"))
    add_data(worker)
    text = _("a name for this worker, stable over restarts (default 1)")
    worker.add_argument("--slot", type=_slot, default="1", metavar=_("NAME"), help=text)
    worker.set_defaults(run=_lazy("jium.cli.up", "worker"))

    migrate = add_command(commands, "migrate", _("bring the database up to this version"))
    add_data(migrate)
    migrate.set_defaults(run=_lazy("jium.cli.up", "migrate"))

    doctor = add_command(commands, "doctor", _("check every part and say what to do about it"))
    add_data(doctor)
    doctor.set_defaults(run=_lazy("jium.cli.doctor", "doctor"))
    _add_demo(commands, port)


def _add_demo(commands: Commands[Parser], port: Callable[[str], int]) -> None:
    whole = number(0, 10**9, _("a whole number that is not negative is needed"))
    demo = add_command(commands, "demo", _("watch the whole system work on a small web of its own"))
    text = _("keep what the demo makes in this directory, which must be empty (without it, nothing is kept)")
    demo.add_argument("--data", metavar=_("DIR"), help=text)
    demo.add_argument("--headless", action="store_true", help=_("run to the end and exit 0 only if all went well"))
    demo.add_argument("--port", type=port, metavar=_("NUMBER"), help=_("port of the web pages (default 8600)"))
    demo.add_argument(
        "--kill", type=whole, default=0, metavar=_("NUMBER"), help=_("kill the system that many times on its way")
    )
    text = _("seed for the moments of --kill (default 1)")
    demo.add_argument("--seed", type=whole, default=1, metavar=_("NUMBER"), help=text)
    demo.set_defaults(run=_lazy("jium.cli.demo", "demo"))


def _slot(text: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,60}", text, re.ASCII):
        raise argparse.ArgumentTypeError(_("a worker's name is made of letters, digits, dots and hyphens"))
    return text


def _lazy(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    def run(args: argparse.Namespace) -> int:
        from importlib import import_module

        return int(getattr(import_module(module), function)(args))

    return run


def _leave_no_core() -> None:
    """What crashes, children too, leaves no image of its memory. The limit is one byte and not none: with one, Linux
    hands the image to no program either (``core_pattern`` with a pipe), which with none it does.
    """
    with contextlib.suppress(ValueError):  # it may be lower already
        resource.setrlimit(resource.RLIMIT_CORE, (1, 1))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 done, 1 failed, 2 unusable arguments."""
    _leave_no_core()
    args = parser().parse_args(argv)
    if getattr(args, "data", None):
        os.environ["JIUM_DATA"] = os.path.abspath(args.data)
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
