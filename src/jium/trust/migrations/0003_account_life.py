"""Accounts have a life, and officers are of two kinds.

Until now an officer did everything for a case. Whoever did keeps all of it: as counsellor and as deletion officer.
"""

from django.db import migrations, models


def both_kinds(apps, _schema_editor):
    for account in apps.get_model("trust", "Account").objects.all():
        if "officer" in account.roles and "counsellor" not in account.roles:
            account.roles = ["counsellor", *account.roles]
            account.save(update_fields=["roles"])


class Migration(migrations.Migration):
    dependencies = [("trust", "0002_login_addresses")]

    operations = [
        migrations.AddField("account", "sessions_ended", models.PositiveIntegerField(default=0)),
        migrations.RunPython(both_kinds, migrations.RunPython.noop),
    ]
