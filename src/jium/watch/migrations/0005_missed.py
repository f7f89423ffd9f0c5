from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("watch", "0004_style_sheets"),
    ]

    operations = [
        migrations.AddField(
            model_name="sighting",
            name="missed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sighting",
            name="unseen",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
