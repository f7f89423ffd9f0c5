"""Numbers that count up within a year: 2026-0001, 2026-0002, …, 2026-100001."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import F


class YearCounter(models.Model):
    """The last number given out in a year. Kept apart from what is numbered: what is destroyed frees no number."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @classmethod
    def skip(cls, year: int) -> None:
        """Numbers given out since a backup was made are not known: go on behind the next round thousand."""
        with transaction.atomic():
            last = cls.count(year)
            cls._default_manager.filter(year=year).update(last=(last // 1000 + 1) * 1000)

    @classmethod
    def count(cls, year: int) -> int:
        """The year's next number, in the caller's transaction, whose UPDATE holds the row until it ends."""
        counters = cls._default_manager
        counters.get_or_create(year=year)
        counters.filter(year=year).update(last=F("last") + 1)
        return counters.get(year=year).last
