from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("evidence", "0004_holds"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="capture",
            options={"ordering": ("asked_at", "round")},
        ),
        migrations.RemoveConstraint(
            model_name="capture",
            name="capture_once",
        ),
        migrations.AddField(
            model_name="capture",
            name="round",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name="capture",
            constraint=models.UniqueConstraint(fields=("case", "sighting", "round"), name="capture_once"),
        ),
    ]
