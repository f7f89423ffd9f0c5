from django.db import migrations, models


def tell_from_facts(apps, schema_editor):
    """Whether a package holds its file was kept among its facts only; before those were kept, every one did."""
    captures = apps.get_model("evidence", "Capture").objects
    for capture in captures.filter(state="done").iterator():
        facts = capture.facts
        holds = bool(facts.get("media_in_archive", True) and facts.get("media_same_as_found") is not False)
        captures.filter(pk=capture.pk).update(holds=holds)


class Migration(migrations.Migration):

    dependencies = [
        ("evidence", "0003_vouched"),
    ]

    operations = [
        migrations.AddField(
            model_name="capture",
            name="holds",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(tell_from_facts, migrations.RunPython.noop),
    ]
