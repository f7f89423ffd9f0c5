from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "jium.desk"
    label = "desk"
