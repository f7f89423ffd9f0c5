from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("notices", "0004_withdrawn_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[("demand", "removal request"), ("correction", "correction")], default="demand", max_length=12
            ),
        ),
    ]
