"""The keys live apart: the tables of keys are in the database ``keys``, and nothing else is.

So the keys have a backup rotation of their own, and a key deleted there does not come back from an old backup
of everything else.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

ALIAS = "keys"
MODELS = frozenset({"casekey", "deadcase", "derivedkey", "keycheck"})


def _holds_keys(app_label: str, model_name: str | None) -> bool:
    return app_label == "trust" and model_name in MODELS


class KeysRouter:
    """Sends the models of keys to the database ``keys``; no relation crosses between the two."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return self._place(model)

    db_for_write = db_for_read

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        # Of the rows, not of their classes: ``request.user`` is of the class of a lazy stand-in.
        return self._place(first) == self._place(second)

    @staticmethod
    def _place(model: type[Model] | Model) -> str:
        return ALIAS if _holds_keys(model._meta.app_label, model._meta.model_name) else "default"

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        return _holds_keys(app_label, model_name) == (db == ALIAS)


def make_durable(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """A key must survive a power cut once it is used; what is deleted leaves nothing in free pages, in any table."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")
            if connection.alias == ALIAS:
                cursor.execute("PRAGMA synchronous=FULL")
