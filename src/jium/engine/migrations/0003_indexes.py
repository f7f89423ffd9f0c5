"""What pages and the sweep ask for often is found by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('engine', '0002_chore'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='chore',
            index=models.Index(fields=['next_action_at'], name='chore_due'),
        ),
    ]
