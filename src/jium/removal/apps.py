from django.apps import AppConfig


class RemovalConfig(AppConfig):
    name = "jium.removal"
    label = "removal"
    default_auto_field = "django.db.models.BigAutoField"
