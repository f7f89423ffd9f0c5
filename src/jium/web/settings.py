"""Django's settings, all derived from :mod:`jium.config`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from jium import config as jium_config

CONFIG = jium_config.load()
ROOM = Path(__file__).resolve().parent


def _secret_key() -> str:
    """From the data directory, where ``jium up`` makes it; a throw-away one where nothing is kept."""
    path = CONFIG.keys / "web.key"
    return path.read_text(encoding="ascii").strip() if path.is_file() else secrets.token_urlsafe(50)


# So many seconds a writer waits for another one; then whoever sent the form is told.
PATIENCE = float(os.environ.get("JIUM_SQLITE_PATIENCE", "15"))


def _database(url: str, file: str) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(CONFIG.data / file),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": PATIENCE,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise jium_config.ConfigError(f"database address: unknown kind {parts.scheme!r}, use postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),  # sslmode, sslrootcert
    }


DATABASES = {
    "default": _database(CONFIG.database_url, "jium.sqlite"),
    "keys": _database(CONFIG.keys_url, "keys/keys.sqlite"),
}
DATABASE_ROUTERS = ["jium.trust.keys_database.KeysRouter"]

SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [CONFIG.host, "localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS += list(filter(None, os.environ.get("JIUM_ALLOWED_HOSTS", "").split(",")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "jium.engine",
    "jium.trust",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "jium.cases",
    "jium.watch",
    "jium.review",
    "jium.evidence",
    "jium.notices",
    "jium.removal",
    "jium.reports",
    "jium.desk",
    "jium.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "jium.web.headers.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "jium.web.plain_errors.PlainErrors",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jium.trust.presence.Presence",
    "jium.web.log_in_first.LogInFirst",
    "jium.web.log_in_first.SecondFactorFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "jium.web.urls"
WSGI_APPLICATION = "jium.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOM / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jium.web.frame.frame",
            ],
        },
    }
]

AUTH_USER_MODEL = "trust.Account"
PASSWORD_HASHERS = ["jium.trust.passwords.BoundedArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Of django-allauth the second factors, the asking again and the list of sessions: see jium.trust.second_factor.
ACCOUNT_ADAPTER = "jium.trust.second_factor.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {"login_failed": "50/15m/ip,5/15m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "jium.trust.second_factor.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "jium.trust.code_forms.CodeForm",
    "reauthenticate": "jium.trust.code_forms.CodeAgainForm",
}
MFA_TOTP_ISSUER = "jium"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "queue"
LOGOUT_REDIRECT_URL = "login"

SESSION_COOKIE_NAME = "jium_staff"
SESSION_COOKIE_AGE = 60 * CONFIG.accounts.idle_minutes
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CONFIG.secure_cookies
CSRF_COOKIE_SECURE = CONFIG.secure_cookies
CSRF_COOKIE_SAMESITE = "Strict"
# "no-referrer" would also blank the Origin of our own forms, and they would be refused as forged.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["jium.cases.upload.MemoryFileUploadHandler"]

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [ROOM.parent / "locale"]
LANGUAGE_COOKIE_NAME = "jium_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "jium.web.unsaid.Unsaid", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # It says so of every request that waits a moment for a thread.
    "loggers": {"waitress.queue": {"level": "ERROR"}},
}
