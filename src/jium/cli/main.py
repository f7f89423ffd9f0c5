"""``jium``: every command and its options. What a command needs is imported when it runs, so help is instant."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

import jium
from jium.language import _


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    from jium.cli import bench, evidence, library

    top = argparse.ArgumentParser(
        prog="jium",
        description=_("jium (지움): find, prove, remove, and keep removed."),
        epilog=_("'jium COMMAND --help' tells more about each. Start with 'jium demo' or 'jium up'."),
    )
    top.add_argument("--version", action="version", version=f"jium {jium.__version__}")
    commands = top.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    _add_house_commands(commands)
    library.add_library_commands(commands)
    evidence.add_evidence(commands)
    bench.add_bench(commands)
    return top


def _add_house_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    up = commands.add_parser("up", help=_("start everything: web pages, jobs and the way out to the network"))
    _add_data(up)
    up.add_argument("--host", help=_("address to listen on (default 127.0.0.1)"))
    up.add_argument("--port", type=_port, help=_("port to listen on (default 8600)"))
    up.add_argument("--web-only", action="store_true", help=_("only the web pages; jobs run in 'jium worker'"))
    up.set_defaults(run=_lazy("jium.cli.up", "up"))

    worker = commands.add_parser("worker", help=_("run jobs in a process of its own"))
    _add_data(worker)
    worker.add_argument("--slot", default="1", help=_("a name for this worker, stable over restarts (default 1)"))
    worker.set_defaults(run=_lazy("jium.cli.up", "worker"))

    migrate = commands.add_parser("migrate", help=_("bring the database up to this version"))
    _add_data(migrate)
    migrate.set_defaults(run=_lazy("jium.cli.up", "migrate"))

    doctor = commands.add_parser("doctor", help=_("check every part and say what to do about it"))
    _add_data(doctor)
    doctor.set_defaults(run=_lazy("jium.cli.doctor", "doctor"))

    demo = commands.add_parser("demo", help=_("watch the whole system work on a small web of its own"))
    _add_data(demo)
    demo.add_argument("--headless", action="store_true", help=_("run to the end and exit 0 only if all went well"))
    demo.add_argument("--port", type=_port, help=_("port of the web pages (default 8600)"))
    demo.add_argument("--kill", type=int, default=0, metavar="N", help=_("kill the system N times on its way"))
    demo.add_argument("--seed", type=int, default=1, help=_("seed for the moments of --kill"))
    demo.set_defaults(run=_lazy("jium.cli.demo", "demo"))


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", metavar=_("DIR"), help=_("data directory (default ~/.local/share/jium)"))


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(_("a port is a number from 1 to 65535"))
    return number


def _lazy(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    def run(args: argparse.Namespace) -> int:
        from importlib import import_module

        return int(getattr(import_module(module), function)(args))

    return run


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 done, 1 failed, 2 unusable arguments."""
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
