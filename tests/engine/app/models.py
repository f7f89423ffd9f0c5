"""One table with work, one that counts what really happened."""

from __future__ import annotations

from django.db import models

from jium.engine.models import Work


class Errand(Work):
    """A row with work; ``note`` steers the action, ``state`` is what it leaves behind."""

    note = models.CharField(max_length=80, default="")
    state = models.CharField(max_length=80, default="")

    class Meta:
        app_label = "errands"
        verbose_name = "errand"

    def __str__(self) -> str:
        return f"errand {self.pk}"


class Effect(models.Model):
    """Written each time an action takes effect: by whom, for which row."""

    errand = models.ForeignKey(Errand, on_delete=models.CASCADE)
    kind = models.CharField(max_length=80)
    executor = models.CharField(max_length=80)
    turn = models.PositiveIntegerField()

    class Meta:
        app_label = "errands"

    def __str__(self) -> str:
        return f"{self.kind} of {self.errand_id}"
