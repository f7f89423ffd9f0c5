"""``jium up``, ``jium worker`` and ``jium migrate``: the processes of an installation."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from jium.cli import checks
from jium.cli.installation import tell_link, welcome_address, write_once
from jium.config import Config, ConfigError, load
from jium.language import _, reason

TEMPLATE = Path(__file__).with_name("jium.toml")
# Where in the folder ``run`` the first administrator's link waits, where no terminal shows it.
FIRST_LINK = "first-link"


class CannotStart(Exception):
    """Something is not in order; the finding says what and how to mend it."""

    def __init__(self, finding: checks.Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


def up(args: argparse.Namespace) -> int:
    """Start the web pages and, unless told otherwise, jobs and the egress proxy; runs until stopped."""
    for name, value in (("JIUM_HOST", args.host), ("JIUM_PORT", args.port)):
        if value:
            os.environ[name] = str(value)
    return _run(lambda config: _serve(config, with_jobs=not args.web_only), "web")


def worker(args: argparse.Namespace) -> int:
    """Run jobs until stopped."""
    return _run(lambda config: _work(config, args.slot), f"worker-{args.slot}")


def migrate(args: argparse.Namespace) -> int:
    """Bring the database and the keys up to this version."""

    def only_prepare(config: Config) -> int:
        prepare(config)
        print(_("The database is up to date."))
        return 0

    return _run(only_prepare, "web")


def _run(act: Callable[[Config], int], role: str) -> int:
    os.umask(0o077)  # what is kept is for this user alone
    try:
        config = load()
        with _only_one(config, role):
            return act(config)
    except ConfigError as problem:
        return _tell(checks.Finding(_("settings"), "bad", str(problem), _("mend the line named and start again")))
    except CannotStart as problem:
        return _tell(problem.finding)


def _tell(finding: checks.Finding) -> int:
    print(_("jium cannot start: {part}: {text}").format(part=finding.part, text=finding.text), file=sys.stderr)
    print(_("What to do: {advice}").format(advice=finding.advice), file=sys.stderr)
    return 1


@contextlib.contextmanager
def _only_one(config: Config, role: str) -> Iterator[None]:
    """Two of a kind on one data directory would be in each other's way."""
    _insist(checks.data_directory(config))
    _make_folder(config.run)
    with (config.run / f"{role}.lock").open("w") as held:
        _lock(held, config)
        yield


def _lock(held: TextIO, config: Config) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotStart(
            checks.Finding(
                _("data directory"),
                "bad",
                _("another jium already runs on {path}").format(path=config.data),
                _("stop it first, or choose another directory with --data"),
            )
        ) from None


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(exist_ok=True, mode=0o700)
    except OSError as problem:
        text = _("{path} cannot be made ({reason})").format(path=path, reason=reason(problem))
        advice = _("move away what is in its place, or choose another directory with --data")
        raise CannotStart(checks.Finding(_("data directory"), "bad", text, advice)) from problem


def _insist(finding: checks.Finding) -> None:
    if finding.state == "bad":
        raise CannotStart(finding)


def prepare(config: Config, restoring: bool = False) -> None:
    """Keys, settings file, tables: made on the first start, brought up to date on later ones.

    ``restoring``: as the last step of bringing a backup back, which nothing else may be begun before.
    """
    if not restoring:
        _insist(checks.restored(config))
    for check in (checks.data_directory, checks.disk_space, checks.database):
        _insist(check(config))
    _make_folder(config.keys)
    _make_folder(config.vault)
    write_once(config.data / "jium.toml", TEMPLATE.read_text(encoding="utf-8"))
    write_once(config.keys / "web.key", secrets.token_urlsafe(50))
    from jium import web

    web.set_up()
    from django.core.management import call_command

    from jium import engine
    from jium.trust import master_key

    call_command("migrate", database="default", verbosity=0, interactive=False)
    call_command("migrate", database="keys", verbosity=0, interactive=False)
    engine.migrate(config)
    master_key.create(config)
    for later in checks.AFTER_MIGRATION:
        _insist(later(config))


def _serve(config: Config, with_jobs: bool) -> int:
    _insist(checks.port(config))
    prepare(config)
    from jium import flow
    from jium.web.allowance import allowance
    from jium.web.server import create
    from jium.web.wsgi import application

    flow.register()  # also where jobs run elsewhere: what is not known here is not handed over at once
    server = create(application, config.host, config.port, allowance, https=config.secure_cookies, proxy=config.proxy)
    stop_jobs = _start_jobs(config, "embedded") if with_jobs else None
    try:
        _heed_signals()
        _print_welcome(config)
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        print(_("Stopping …"), flush=True)
        server.close()
        if stop_jobs:
            stop_jobs()
    return 0


def _work(config: Config, slot: str) -> int:
    prepare(config)
    stop_jobs = _start_jobs(config, slot)
    print(_("Worker {slot} is running. Stop it with Ctrl+C.").format(slot=slot), flush=True)
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_args: stopped.set())
    stopped.wait()
    stop_jobs()
    return 0


def _start_jobs(config: Config, slot: str) -> Callable[[], None]:
    from jium import egress, engine, flow
    from jium.flow import decoder

    flow.register()
    flow.take_up()
    egress.start(config)
    running = engine.Worker(config, slot=slot)
    running.start()

    def stop() -> None:
        running.stop()
        egress.stop()
        decoder.close()

    return stop


def _heed_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(*_args: object) -> None:
    """Begin to stop, once: Ctrl-C reaches every process of a terminal, and whoever started us tells us again. Cut
    short, the stop would leave jobs nobody ends, and the process would wait for them."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _print_welcome(config: Config) -> None:
    from jium.trust import accounts

    address = f"http://{config.host}:{config.port}"
    print(_("jium is running at {address}").format(address=address))
    first_link = config.run / FIRST_LINK
    token = accounts.first_administrator()
    if token:
        print(
            _("First start: open this link within 24 hours to set the first administrator's password. It works once.")
        )
        tell_link(welcome_address(config, token), first_link)
    else:
        first_link.unlink(missing_ok=True)
    print(_("Stop it with Ctrl+C."), flush=True)
