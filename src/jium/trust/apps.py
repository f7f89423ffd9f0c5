from django.apps import AppConfig
from django.db.backends.signals import connection_created


class TrustConfig(AppConfig):
    name = "jium.trust"
    label = "trust"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jium.trust import keys_database

        connection_created.connect(keys_database.make_durable, dispatch_uid="jium.trust.keys")
