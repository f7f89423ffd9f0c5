from django.apps import AppConfig


class EngineTestConfig(AppConfig):
    name = "tests.engine.app"
    label = "errands"
    default_auto_field = "django.db.models.BigAutoField"
