"""What pages and the sweep ask for often is found by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('cases', '0008_indexes'),
        ('review', '0005_examined'),
        ('watch', '0007_indexes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='group',
            index=models.Index(fields=['next_action_at'], name='group_due'),
        ),
        migrations.AddIndex(
            model_name='group',
            index=models.Index(fields=['verdict'], name='group_verdict'),
        ),
        migrations.AddIndex(
            model_name='match',
            index=models.Index(fields=['next_action_at'], name='match_due'),
        ),
    ]
