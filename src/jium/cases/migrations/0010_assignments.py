"""Cases that are there belong to whoever opened them: until now everybody saw them all. Supervisors hand them over.

Whoever worked on cases may be given those of children too, as she was.
"""

from django.db import migrations

ROLE_OF = {"counselling": "counsellor", "removal": "officer"}


def to_their_openers(apps, _schema_editor):
    account, assignment = apps.get_model("trust", "Account"), apps.get_model("trust", "Assignment")
    for one in account.objects.all():
        one.for_minors = not set(ROLE_OF.values()).isdisjoint(one.roles)
        one.save(update_fields=["for_minors"])
    for case in apps.get_model("cases", "Case").objects.select_related("opened_by"):
        for duty, role in ROLE_OF.items():
            if case.opened_by.is_active and role in case.opened_by.roles:
                assignment.objects.create(
                    case_id=case.pk, duty=duty, minor=case.minor, account=case.opened_by, since=case.opened_at
                )


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_intake"), ("trust", "0004_assignments")]

    operations = [migrations.RunPython(to_their_openers, migrations.RunPython.noop)]
