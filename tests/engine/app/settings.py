"""jium's own settings (database, clock, logging) with nothing but the engine and the test application."""

from jium.web.settings import *  # noqa: F403

INSTALLED_APPS = ["jium.engine", "tests.engine.app"]
DATABASES = {"default": DATABASES["default"]}  # noqa: F405
DATABASE_ROUTERS: list[str] = []
MIDDLEWARE: list[str] = []
TEMPLATES: list[object] = []
AUTH_PASSWORD_VALIDATORS: list[object] = []
MIGRATION_MODULES = {"engine": None, "errands": None}
