"""Removal requests that were sent before services were recorded count as the deletion support that they were."""

from django.db import migrations


def count_as_given(apps, _schema_editor):
    given, notice = apps.get_model("cases", "GivenService"), apps.get_model("notices", "Notice")
    for one in notice.objects.filter(state="sent", kind="demand").iterator():
        if count := one.items.count():
            given.objects.create(
                case_id=one.case_id,
                help="deletion",
                way="system",
                count=count,
                at=one.sent_at or one.drafted_at,
                of=f"notice {one.pk}",
            )


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_indexes"), ("cases", "0012_given")]

    operations = [migrations.RunPython(count_as_given, migrations.RunPython.noop)]
