from django.db import migrations, models

VERDICTS = [
    ("undecided", "not decided"),
    ("same", "same"),
    ("different", "different"),
    ("unsure", "to be looked at later"),
]


class Migration(migrations.Migration):

    dependencies = [
        ("review", "0003_match_reason"),
    ]

    operations = [
        migrations.AddField(
            model_name="group",
            name="later_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="decision",
            name="verdict",
            field=models.CharField(choices=VERDICTS, max_length=10),
        ),
        migrations.AlterField(
            model_name="group",
            name="verdict",
            field=models.CharField(choices=VERDICTS, default="undecided", max_length=10),
        ),
    ]
