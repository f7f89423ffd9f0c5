"""Where this installation keeps its things and how it reaches the world.

One data directory holds everything: ``jium.toml`` (the institution, mail, web), ``jium.sqlite`` (the tables),
``keys/`` (master key and case keys), ``vault/`` (encrypted files), ``run/`` (lock, state of running processes).
Environment variables (``JIUM_*``) win over ``jium.toml``; docs/operating.md lists both.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class ConfigError(Exception):
    """``jium.toml`` or a ``JIUM_*`` variable cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Institution:
    """The centre in whose name notices are sent. The victim's name never stands here."""

    name: str = "디지털성범죄 피해자 지원센터"
    name_en: str = "Digital Sex Crime Victim Support Centre"
    standing: str = "성폭력방지 및 피해자보호 등에 관한 법률 제7조의3에 따른 삭제지원 기관"
    standing_en: str = "Body entrusted with deletion support, Art. 7-3 of the Korean Sexual Violence Prevention Act"
    email: str = "support@centre.example"
    phone: str = "02-0000-0000"
    address: str = ""
    signatory: str = "삭제지원팀장"
    signatory_en: str = "Head of Deletion Support"

    def unfilled(self) -> tuple[str, ...]:
        """What nobody has entered yet, so that it still is the example: no letter goes out with it."""
        example = Institution()
        names = ("name", "name_en", "email", "phone")
        return tuple(name for name in names if getattr(self, name) == getattr(example, name))


@dataclass(frozen=True)
class Mail:
    """The mail server that takes our notices."""

    host: str = ""
    port: int = 587
    user: str = ""
    password_file: str = ""
    starttls: bool = True
    sender: str = ""


@dataclass(frozen=True)
class Config:
    """Everything a process of this installation needs to know; read once at start."""

    data: Path
    database_url: str = ""
    keys_url: str = ""
    key_file: Path = Path()
    host: str = "127.0.0.1"
    port: int = 8600
    sweep_seconds: float = 60.0
    secure_cookies: bool = False
    chromium: str = "/usr/bin/chromium"
    local_hosts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    institution: Institution = field(default_factory=Institution)
    mail: Mail = field(default_factory=Mail)

    @property
    def vault(self) -> Path:
        return self.data / "vault"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def run(self) -> Path:
        return self.data / "run"


def default_data(environ: Mapping[str, str] = os.environ) -> Path:
    """``JIUM_DATA``, or ``~/.local/share/jium``."""
    given = environ.get("JIUM_DATA")
    return Path(given) if given else Path.home() / ".local" / "share" / "jium"


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read ``jium.toml`` in the data directory, then the environment. Raises :class:`ConfigError`."""
    data = default_data(environ)
    table = _read_toml(data / "jium.toml")
    web = _section(table, "web")
    try:
        return Config(
            data=data,
            database_url=environ.get("JIUM_DATABASE_URL", table.get("database_url", "")),
            keys_url=environ.get("JIUM_KEYS_URL", table.get("keys_url", "")),
            key_file=Path(environ.get("JIUM_KEY_FILE") or table.get("key_file") or data / "keys" / "master.key"),
            host=environ.get("JIUM_HOST", web.get("host", "127.0.0.1")),
            port=int(environ.get("JIUM_PORT", web.get("port", 8600))),
            secure_cookies=bool(web.get("https", False)),
            sweep_seconds=float(environ.get("JIUM_SWEEP_SECONDS", table.get("sweep_seconds", 60.0))),
            chromium=environ.get("JIUM_CHROMIUM", table.get("chromium", "/usr/bin/chromium")),
            local_hosts=_local_hosts(environ.get("JIUM_LOCAL_HOSTS", "")),
            institution=Institution(**_section(table, "institution")),
            mail=Mail(**_section(table, "mail")),
        )
    except (TypeError, ValueError) as wrong:
        raise ConfigError(f"{data / 'jium.toml'}: {wrong}") from wrong


def _section(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = table.get(name, {})
    if not isinstance(section, dict):
        raise ConfigError(f"[{name}] must be a table")
    return section


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as wrong:
        raise ConfigError(f"{path}: {wrong.strerror}") from wrong
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ConfigError(f"{path}: {wrong}") from wrong


def _local_hosts(text: str) -> dict[str, tuple[str, int]]:
    """``name=127.0.0.1:8001,…``: names that the egress proxy takes to this machine (demo and tests only)."""
    hosts: dict[str, tuple[str, int]] = {}
    for part in filter(None, text.split(",")):
        name, _, target = part.partition("=")
        address, _, port = target.rpartition(":")
        if not address.startswith("127."):
            raise ConfigError(f"JIUM_LOCAL_HOSTS: {name}: only loopback addresses are allowed")
        hosts[name.strip().lower()] = (address, int(port))
    return hosts
