"""Is each part there and in order? ``jium up`` asks before it starts, ``jium doctor`` tells about all of them.

A check answers one :class:`Finding` in the user's language: what was found and what to do. None changes anything.
"""

from __future__ import annotations

import errno
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jium import clock
from jium.config import Config
from jium.language import _, reason
from jium.notices import connecting

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
LEAST_FREE = 300 * 1024 * 1024
COMFORTABLE_FREE = 5 * 1024**3


@dataclass(frozen=True)
class Finding:
    """``state``: "ok", "note" (works, but read it) or "bad" (does not work); ``advice`` says how to mend it."""

    part: str
    state: str
    text: str
    advice: str = ""


def data_directory(config: Config) -> Finding:
    """Can things be kept?"""
    part = _("data directory")
    try:
        config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=config.data) as probe:
            probe.write(b"x")
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            return _disk_full(config)
        return Finding(
            part,
            "bad",
            _("cannot write to {path} ({reason})").format(path=config.data, reason=reason(problem)),
            _("give this user the right to write there, or choose another directory with --data"),
        )
    return Finding(part, "ok", str(config.data))


def disk_space(config: Config) -> Finding:
    """Is there room left?"""
    free = shutil.disk_usage(config.data).free
    if free < LEAST_FREE:
        return _disk_full(config)
    text = _("{free:.1f} GB free").format(free=free / 1e9)
    if free < COMFORTABLE_FREE:
        return Finding(_("disk space"), "note", text, _("evidence needs room: free some space soon"))
    return Finding(_("disk space"), "ok", text)


def _disk_full(config: Config) -> Finding:
    return Finding(
        _("disk space"),
        "bad",
        _("the disk of {path} is full").format(path=config.data),
        _("free at least 300 MB, or move the data directory to a larger disk and name it with --data"),
    )


def port(config: Config) -> Finding:
    """Can the web pages listen?"""
    part = _("port")
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as problem:
            text = _("cannot listen on {host}:{port} ({reason})")
            return Finding(
                part,
                "bad",
                text.format(host=config.host, port=config.port, reason=reason(problem)),
                _("another program uses it, or it is not allowed: stop that program, or choose another with --port"),
            )
    return Finding(part, "ok", f"{config.host}:{config.port}")


def restored(config: Config) -> Finding:
    """Was a backup brought back here to the end?"""
    from jium.backup.manifest import UNFINISHED

    part = _("backup")
    if (config.data / UNFINISHED).exists():
        text = _("a backup was being brought back here and is not")
        advice = _("empty the data directory and the databases, and run 'jium restore' again")
        return Finding(part, "bad", text, advice)
    return Finding(part, "ok", "")


def database(config: Config) -> Finding:
    """Can the tables be written?"""
    part = _("database")
    if config.database_url:
        return _postgresql(config, part)
    path, keys = config.data / "jium.sqlite", config.keys / "keys.sqlite"
    if not config.keys_url and keys.exists() and (problem := _sqlite_problem(keys, part)):
        return problem
    if not path.exists():
        return Finding(part, "ok", _("SQLite, new"))
    size = path.stat().st_size / 1e6
    return _sqlite_problem(path, part) or Finding(part, "ok", _("SQLite, {size:.1f} MB").format(size=size))


def _sqlite_problem(path: Path, part: str) -> Finding | None:
    """What keeps the tables in this file from being written; None: nothing."""
    try:
        link = sqlite3.connect(path, timeout=5, isolation_level=None)
        try:
            link.execute("BEGIN IMMEDIATE")
            link.execute("SELECT count(*) FROM sqlite_master").fetchone()
            link.execute("ROLLBACK")
        finally:
            link.close()
    except sqlite3.OperationalError as problem:
        if "locked" in str(problem) or "busy" in str(problem):
            return Finding(
                part,
                "bad",
                _("the database is locked by another program"),
                _("close whatever has {path} open (a backup, a database browser) and start again").format(path=path),
            )
        text = _("{path} cannot be opened or written").format(path=path)
        return Finding(part, "bad", text, _("check the rights and the disk of {path}").format(path=path))
    except sqlite3.DatabaseError:
        return Finding(
            part,
            "bad",
            _("{path} is not a database or is damaged").format(path=path),
            _("restore it from the last backup; the damaged file is left as it is"),
        )
    return None


def _postgresql(config: Config, part: str) -> Finding:
    import psycopg

    try:
        with psycopg.connect(config.database_url, connect_timeout=5) as link:
            version = link.info.server_version // 10000
    except psycopg.Error:
        return Finding(
            part,
            "bad",
            _("PostgreSQL does not answer at the address given"),
            _("check that the server runs and that database_url in jium.toml is right"),
        )
    return Finding(part, "ok", f"PostgreSQL {version}")


def master_key(config: Config) -> Finding:
    """Does the master key open this vault? Needs Django and a migrated database."""
    from jium.trust import vault

    part = _("vault key")
    try:
        vault.open_vault()
    except vault.WrongMasterKey:
        return Finding(
            part,
            "bad",
            _("{path} is not the master key of this vault").format(path=config.key_file),
            _("put back the key file that belongs to this data directory; nothing was changed"),
        )
    except vault.MissingKey:
        return Finding(
            part,
            "bad",
            _("the master key {path} is missing").format(path=config.key_file),
            _("put back the key file from its safe copy; without it nothing in the vault can be read"),
        )
    return Finding(part, "ok", str(config.key_file))


def system_clock(config: Config) -> Finding:
    """Can the machine's clock be right? Needs Django and a migrated database."""
    from jium.trust import audit

    part = _("clock")
    now = clock.now()
    last = audit.last_time()
    advice = _("set the machine's clock (timedatectl set-ntp true): deadlines and evidence rest on it")
    if now < RELEASED:
        return Finding(part, "bad", _("the clock says {now:%Y-%m-%d}, before jium was made").format(now=now), advice)
    if last and now < last - timedelta(minutes=5):
        text = _("the clock says {now:%Y-%m-%d %H:%M}, but the last entry was made at {last:%Y-%m-%d %H:%M} (UTC)")
        return Finding(part, "bad", text.format(now=now, last=last), advice)
    return Finding(part, "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def vault_files(config: Config) -> Finding:
    """Are all keys and files there that the tables name? Needs Django and a migrated database."""
    from jium.flow import keeping
    from jium.trust.vault import VaultError

    part = _("vault")
    try:
        found = keeping.look()
    except VaultError:
        return Finding(part, "bad", _("not looked at: the master key is missing or another one"))
    if found.whole:
        left = _("; {count} file(s) left by interruptions, swept by themselves").format(count=found.left_over)
        return Finding(part, "ok", _("all keys and files are there") + (left if found.left_over else ""))
    lacking = (
        (found.keyless, _("{count} case(s) without a key")),
        (found.unreadable, _("{count} key(s) that the master key does not open")),
        (found.missing, _("{count} file(s) missing or cut off")),
    )
    told = "; ".join(text.format(count=count) for count, text in lacking if count)
    return Finding(part, "bad", told, _("put back 'keys' and 'vault' from the same backup; nothing was changed"))


def audit_log(config: Config) -> Finding:
    """Is the audit log whole, and sealed? Needs Django and a migrated database."""
    from jium.cli.audit import ADVICE, sentences
    from jium.trust import stamps
    from jium.trust.vault import VaultError

    part = _("audit log")
    try:
        checked = stamps.check(config)
    except stamps.NoRoots:
        return Finding(part, "bad", _("its time stamps cannot be checked"), _("look at [audit] tsa_roots in jium.toml"))
    except (OSError, VaultError):
        advice = _("look at the master key and at [audit] seals in jium.toml")
        return Finding(part, "bad", _("its seals cannot be read"), advice)
    if wrong := list(sentences(checked)):
        return Finding(part, "bad", "; ".join(wrong), _(ADVICE))
    told = _("{count} entries, whole").format(count=checked.chain.checked)
    if checked.last is None:
        return Finding(part, "note", told, _("never sealed: 'jium up' seals it every day, 'jium audit seal' now"))
    return Finding(part, "ok", f"{told}; " + _("sealed at entry {number}").format(number=checked.last.number))


def sandbox(config: Config) -> Finding:
    """Are files decoded behind a wall, and which of its layers hold?"""
    from jium.media.errors import MediaError
    from jium.media.sandbox import Sandbox

    try:
        holds = Sandbox.layers()
    except MediaError:
        return Finding(
            _("sandbox"),
            "bad",
            _("bubblewrap is missing or may not make namespaces"),
            _("apt install bubblewrap; in a container allow user namespaces. Files are not decoded without it"),
        )
    words = {
        "files": _("this machine's files"),
        "writing": _("writing"),
        "network": _("the network"),
        "memory": _("memory without end"),
        "namespaces": _("new namespaces"),
        "sockets": _("other sockets"),
        "processes": _("further processes"),
        "programs": _("programs"),
        "keys": _("key rings"),
    }
    if reached := [words[name] for name, held in holds.items() if not held]:
        return Finding(
            _("sandbox"),
            "note",
            _("works, but a hostile file could reach: {layers}").format(layers=", ".join(reached)),
            _("apt install libseccomp2 and bubblewrap 0.8 or newer; docs/threat-model.md says what that costs"),
        )
    return Finding(
        _("sandbox"),
        "ok",
        _("a process for each file, closed off from: {layers}").format(layers=", ".join(words.values())),
    )


def browser(config: Config) -> Finding:
    """Is there a browser for screenshots?"""
    try:
        told = subprocess.run([config.chromium, "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return Finding(
            _("browser"),
            "bad",
            _("{path} does not run").format(path=config.chromium),
            _("apt install chromium"),
        )
    version = told.stdout.strip().split(" built on")[0]
    return Finding(_("browser"), "ok", version)


def fonts(config: Config) -> Finding:
    """Can Korean be printed?"""
    from jium.typeset import FontMissing, korean_font

    try:
        return Finding(_("fonts"), "ok", korean_font().family)
    except FontMissing:
        return Finding(_("fonts"), "bad", _("no Korean font found"), _("apt install fonts-noto-cjk fonts-nanum"))


def mail(config: Config) -> Finding:
    """Can notices be sent?"""
    part = _("mail")
    if not config.mail.host:
        return Finding(
            part,
            "note",
            _("no mail server is set"),
            _("write [mail] host = … into jium.toml; notices wait until then"),
        )
    place = f"{config.mail.host}:{config.mail.port}"
    try:
        connecting.connect(config.mail, seconds=5).close()
    except connecting.Deferred as problem:
        if wrong := connecting.setup_text(problem.kind):
            return Finding(part, "bad", place, wrong)
        return Finding(
            part,
            "bad",
            _("{place} does not answer").format(place=place),
            _("check [mail] in jium.toml and the network"),
        )
    return Finding(part, "ok", place)


def centre_log_in(config: Config) -> Finding:
    """Does the centre's own log-in answer, and can we show it who asks?"""
    from jium.trust import oidc

    part = _("centre's own log-in")
    if not config.oidc.issuer:
        return Finding(part, "ok", _("not used: staff log in with the names and passwords of this system"))
    try:
        oidc.check(config.oidc)
    except oidc.NotThere:
        text = _("{place} does not answer, or does not know this installation").format(place=config.oidc.issuer)
        advice = _("look at the network and at [oidc] in jium.toml: issuer (as it calls itself), secret and ca")
        return Finding(part, "bad", text, advice)
    return Finding(part, "ok", config.oidc.issuer)


def faces(config: Config) -> Finding:
    """Which model finds faces, and what does it cost?"""
    from jium.faces import odds
    from jium.faces.shelf import Shelf

    part = _("faces")
    used = Shelf(config.models).in_use()
    measured = odds.of_model(used.name) if used else None
    if used is None or measured is None:
        advice = _("install jium again: a model comes with it")
        return Finding(part, "bad", _("no face model is here, so 'jium trace' does not work"), advice)
    text = _("{title}: finds {percent} of 100 pictures of a person, as measured")
    told = text.format(title=used.title, percent=round(100 * measured.recall["all"]))
    if used.built_in:
        return Finding(part, "note", told, _("'jium models' lists better ones, and 'jium models pull' brings them"))
    return Finding(part, "ok", told)


Check = Callable[[Config], Finding]
BEFORE_START: tuple[Check, ...] = (data_directory, disk_space, port, database)


def institution(config: Config) -> Finding:
    """Is it said in whose name letters are written?"""
    part, lacking = _("institution"), config.institution.unfilled()
    if lacking:
        text = _("still the example: {names}").format(names=", ".join(lacking))
        return Finding(part, "note", text, _("write [institution] into jium.toml: no letter is approved until then"))
    return Finding(part, "ok", config.institution.name)


def watching(config: Config) -> Finding:
    """Is anything looked at?"""
    from jium.watch import services as watch

    part, number = _("sites"), watch.sites().filter(paused=False).count()
    if number:
        return Finding(part, "ok", _("{count} under watch").format(count=number))
    return Finding(part, "note", _("none is under watch"), _("add one under 'Sites under watch'"))


def people(config: Config) -> Finding:
    """Can somebody else take over?"""
    from jium.trust.accounts import colleagues

    part, number = _("people"), colleagues()
    if number > 1:
        return Finding(part, "ok", _("{count} can log in").format(count=number))
    return Finding(part, "note", _("{count} can log in").format(count=number), _("invite a colleague under 'People'"))


AFTER_MIGRATION: tuple[Check, ...] = (master_key, system_clock, watching, people)
# Takes as long as the log is long: looked at on request, not at every start.
ON_REQUEST: tuple[Check, ...] = (vault_files, audit_log)
EQUIPMENT: tuple[Check, ...] = (sandbox, browser, fonts, faces, institution, mail, centre_log_in)
