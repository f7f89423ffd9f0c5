"""Where this installation keeps its things and how it reaches the world.

One data directory holds everything: ``jium.toml`` (the institution, mail, web), ``jium.sqlite`` (the tables),
``keys/`` (master key and case keys), ``vault/`` (encrypted files), ``models/`` (face models that were brought),
``run/`` (lock, state of running processes).
Environment variables (``JIUM_*``) win over ``jium.toml``; docs/operating.md lists both.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from jium.language import _, reason

Value = TypeVar("Value", str, int, float, bool)

# The folder in the data directory in which face models lie that were brought.
MODELS = "models"


class ConfigError(Exception):
    """``jium.toml`` or a ``JIUM_*`` variable cannot be used; the message says which and why."""


def _called(korean: str, english: str, language: str | None) -> str:
    return english if (language or "ko").startswith("en") else korean


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

    def in_language(self, language: str | None) -> str:
        """Its name, as a text in that language calls it; in Korean where nothing is said."""
        return _called(self.name, self.name_en, language)

    @property
    def reached(self) -> tuple[str, ...]:
        """How it is reached, a line each."""
        return tuple(one for one in (self.phone, self.email, self.address) if one)

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
class Archive:
    """How many days what was seen on the sites is kept after it was last seen there, where no case is about it.

    Its places tell nearly as much as the picture, its codes next to nothing: they may stay longer.
    """

    places_days: int = 90
    codes_days: int = 1095


@dataclass(frozen=True)
class Audit:
    """Where the audit log's seals are kept (in the data directory unless named), and who is mailed each of them.

    ``tsa``: address of an authority that time-stamps them (RFC 3161); ``tsa_roots``: its root certificates, a PEM file.
    """

    seals: str = ""
    mail: str = ""
    tsa: str = ""
    tsa_roots: str = ""


@dataclass(frozen=True)
class Accounts:
    """How staff log in. ``second_factor``: nobody without one; ``idle_minutes`` without a click and ``most_hours`` in
    all end a session.
    """

    second_factor: bool = True
    idle_minutes: int = 60
    most_hours: int = 12


@dataclass(frozen=True)
class Oidc:
    """The centre's own log-in (OpenID Connect), which staff may use in place of a password; none without an ``issuer``.

    ``issuer``: without a slash at its end. ``client_id`` and the file with the secret: as the provider knows this
    installation; ``ca``: a PEM file with the certificates that its own is checked against, where it is none of the
    well-known ones.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    ca: str = ""
    name: str = "기관"
    name_en: str = "centre"

    def called(self, language: str | None) -> str:
        """Whose account it is, as a page in that language calls it; in Korean where nothing is said."""
        return _called(self.name, self.name_en, language)


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
    proxy: str = ""
    chromium: str = "/usr/bin/chromium"
    local_hosts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    institution: Institution = field(default_factory=Institution)
    mail: Mail = field(default_factory=Mail)
    archive: Archive = field(default_factory=Archive)
    audit: Audit = field(default_factory=Audit)
    accounts: Accounts = field(default_factory=Accounts)
    oidc: Oidc = field(default_factory=Oidc)

    @property
    def vault(self) -> Path:
        return self.data / "vault"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def models(self) -> Path:
        return self.data / MODELS


def default_data(environ: Mapping[str, str] = os.environ) -> Path:
    """``JIUM_DATA``, or ``~/.local/share/jium``."""
    given = environ.get("JIUM_DATA")
    return Path(given) if given else Path.home() / ".local" / "share" / "jium"


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read ``jium.toml`` in the data directory, then the environment. Raises :class:`ConfigError`."""
    data = default_data(environ)
    given = _Given(data / "jium.toml", _read_toml(data / "jium.toml"), environ)
    return Config(
        data=data,
        database_url=given.address("JIUM_DATABASE_URL", "database_url"),
        keys_url=given.address("JIUM_KEYS_URL", "keys_url"),
        key_file=Path(given.value("JIUM_KEY_FILE", "", "key_file", "") or data / "keys" / "master.key"),
        host=given.value("JIUM_HOST", "web", "host", "127.0.0.1"),
        port=given.port("JIUM_PORT", "web", "port", 8600),
        secure_cookies=given.value("", "web", "https", False),
        proxy=given.value("", "web", "proxy", ""),
        sweep_seconds=given.value("JIUM_SWEEP_SECONDS", "", "sweep_seconds", 60.0),
        chromium=given.value("JIUM_CHROMIUM", "", "chromium", "/usr/bin/chromium"),
        local_hosts=_local_hosts(environ.get("JIUM_LOCAL_HOSTS", "")),
        institution=Institution(**given.filled("institution", asdict(Institution()))),
        mail=Mail(**given.filled("mail", asdict(Mail())) | {"port": given.port("", "mail", "port", 587)}),
        archive=given.archive(),
        audit=Audit(**given.filled("audit", asdict(Audit()))),
        accounts=given.accounts(),
        oidc=given.oidc(),
    )


def reached_safely(address: str) -> bool:
    """Whether nobody on the way reads along: an address of HTTPS, or of this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or local)


@dataclass(frozen=True)
class _Given:
    """What stands in ``jium.toml`` and in the environment; every method raises :class:`ConfigError`."""

    path: Path
    table: Mapping[str, Any]
    environ: Mapping[str, str]

    def value(self, variable: str, section: str, name: str, default: Value) -> Value:
        """A setting of ``default``'s type; the environment's, if ``variable`` (its name there) is set, wins."""
        kind = type(default)
        if variable in self.environ:
            setting, value = variable, self.environ[variable]
        else:
            setting, value = self._named(section, name), self._section(section).get(name, default)
            if type(value) is not kind and not (kind is float and type(value) is int):
                raise self._wrong(setting, kind)
        try:
            return kind(value)
        except ValueError:
            raise self._wrong(setting, kind) from None

    def port(self, variable: str, section: str, name: str, default: int) -> int:
        number = self.value(variable, section, name, default)
        if not 1 <= number <= 65535:
            setting = variable if variable in self.environ else self._named(section, name)
            raise ConfigError(f"{setting}: " + _("a port is a number from 1 to 65535"))
        return number

    def address(self, variable: str, name: str) -> str:
        """A database's address; "" for none."""
        url = self.value(variable, "", name, "")
        if url and not url.startswith(("postgresql://", "postgres://")):
            setting = variable if variable in self.environ else self._named("", name)
            text = _("{setting}: only addresses that begin with postgresql:// can be used")
            raise ConfigError(text.format(setting=setting))
        return url

    def filled(self, section: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
        """A whole section; none of its settings may be unknown."""
        unknown = sorted(self._section(section).keys() - defaults.keys())
        if unknown:
            raise ConfigError(_("{setting}: there is no such setting").format(setting=self._named(section, unknown[0])))
        return {name: self.value("", section, name, default) for name, default in defaults.items()}

    def archive(self) -> Archive:
        kept = Archive(**self.filled("archive", asdict(Archive())))
        for name, days in asdict(kept).items():
            if days < 1:
                text = _("{setting}: at least one day")
                raise ConfigError(text.format(setting=self._named("archive", name)))
        if kept.codes_days < kept.places_days:
            text = _("{setting}: no fewer days than places_days")
            raise ConfigError(text.format(setting=self._named("archive", "codes_days")))
        return kept

    def accounts(self) -> Accounts:
        told = Accounts(**self.filled("accounts", asdict(Accounts())))
        for name in ("idle_minutes", "most_hours"):
            if getattr(told, name) < 1:
                raise ConfigError(_("{setting}: at least 1").format(setting=self._named("accounts", name)))
        return told

    def oidc(self) -> Oidc:
        told = Oidc(**self.filled("oidc", asdict(Oidc())))
        if told.issuer and not reached_safely(told.issuer):
            text = _("{setting}: only an address that begins with https:// can be used")
            raise ConfigError(text.format(setting=self._named("oidc", "issuer")))
        if bool(told.issuer) != bool(told.client_id):
            text = _("{setting}: 'issuer' and 'client_id' go together")
            raise ConfigError(text.format(setting=f"{self.path}: [oidc]"))
        return replace(told, issuer=told.issuer.rstrip("/"))

    def _section(self, name: str) -> Mapping[str, Any]:
        section = self.table.get(name, {}) if name else self.table
        if not isinstance(section, dict):
            raise ConfigError(_("{path}: {section} must be a section").format(path=self.path, section=f"[{name}]"))
        return section

    def _named(self, section: str, name: str) -> str:
        return f"{self.path}: [{section}] {name}" if section else f"{self.path}: {name}"

    @staticmethod
    def _wrong(setting: str, kind: type[Any]) -> ConfigError:
        kinds = {
            str: _("text in quotation marks"),
            int: _("a whole number"),
            float: _("a number"),
            bool: _("true or false"),
        }
        return ConfigError(_("{setting}: only {kind} can stand here").format(setting=setting, kind=kinds[kind]))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as wrong:
        raise ConfigError(f"{path}: {reason(wrong)}") from wrong
    except UnicodeDecodeError as wrong:
        raise ConfigError(_("{path}: this is not text in UTF-8").format(path=path)) from wrong
    except tomllib.TOMLDecodeError as wrong:
        # tomllib tells the place only at the end of an English sentence.
        place = re.search(r"line (\d+), column (\d+)", str(wrong))
        if place is None:
            raise ConfigError(_("{path}: something at the end is missing (TOML)").format(path=path)) from wrong
        text = _("{path}: line {line}, column {column} is not written as it should be (TOML)")
        raise ConfigError(text.format(path=path, line=place[1], column=place[2])) from wrong


def _local_hosts(text: str) -> dict[str, tuple[str, int]]:
    """``name=127.0.0.1:8001,…``: names that the egress proxy takes to this machine (demo and tests only)."""
    hosts: dict[str, tuple[str, int]] = {}
    for part in filter(None, text.split(",")):
        name, _equals, target = part.partition("=")
        address, _colon, port = target.rpartition(":")
        if not address.startswith("127."):
            raise ConfigError(f"JIUM_LOCAL_HOSTS: {name}: " + _("only loopback addresses are allowed"))
        if not port.isdecimal():
            raise ConfigError(f"JIUM_LOCAL_HOSTS: {name}: " + _("a port is a number from 1 to 65535"))
        hosts[name.strip().lower()] = (address, int(port))
    return hosts
