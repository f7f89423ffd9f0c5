from django.db import migrations, models


def count_those_back(apps, schema_editor):
    """Earlier returns were not counted; what is back now came back once at least."""
    apps.get_model("removal", "Target").objects.filter(state="back").update(returns=1)


class Migration(migrations.Migration):

    dependencies = [
        ("removal", "0002_incomplete_looks"),
    ]

    operations = [
        migrations.AddField(
            model_name="target",
            name="returns",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(count_those_back, migrations.RunPython.noop),
    ]
