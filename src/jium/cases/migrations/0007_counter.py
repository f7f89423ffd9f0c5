"""Case numbers are counted, no longer read off the largest text: "2026-9999" is larger than "2026-10000"."""

from django.db import migrations, models


def count_what_there_is(apps, schema_editor):
    last = {}
    for number in apps.get_model("cases", "Case").objects.values_list("number", flat=True):
        year, position = (int(part) for part in number.split("-"))
        last[year] = max(last.get(year, 0), position)
    counter = apps.get_model("cases", "CaseCounter")
    counter.objects.bulk_create(counter(year=year, last=position) for year, position in last.items())


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_made_by")]

    operations = [
        migrations.CreateModel(
            name="CaseCounter",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(count_what_there_is, migrations.RunPython.noop),
    ]
