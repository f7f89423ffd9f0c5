"""A directory to begin with: national lines. Nobody here has checked them yet, and the page says so."""

from django.db import migrations

LINES = (
    ("경찰청", "Korean National Police Agency", "police", "112"),
    ("대한법률구조공단", "Korea Legal Aid Corporation", "legal", "132"),
    ("해바라기센터", "Sunflower Centre", "medical", "1899-3075"),
    ("청소년상담 1388", "Youth Counselling 1388", "psychological", "1388"),
    ("여성긴급전화 1366", "Women's Hotline 1366", "other", "1366"),
)


def fill(apps, _schema_editor):
    organisation = apps.get_model("cases", "Organisation")
    for name, name_en, kind, phone in LINES:
        organisation.objects.create(name=name, name_en=name_en, help=kind, phone=phone)


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_referrals")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
