from django.db import migrations, models
from django.db.models import F

from jium import clock


def look_again(apps, schema_editor):
    """Videos were looked at once a second and without scenes: they stay comparable, and are fingerprinted anew."""
    references = apps.get_model("cases", "Reference").objects.filter(kind="video", state="ready", next_action="")
    references.update(next_action="fingerprint", next_action_at=clock.now(), turn=F("turn") + 1)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_stills"),
    ]

    operations = [
        migrations.AddField(
            model_name="referencecode",
            name="until",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.RunPython(look_again, migrations.RunPython.noop),
    ]
