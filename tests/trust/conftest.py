"""A vault and a configuration of their own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from jium.config import Config
from jium.trust import vault
from jium.trust.models import Account


@pytest.fixture
def config(tmp_path: Path, settings: Settings) -> Config:
    chosen = Config(data=tmp_path, key_file=tmp_path / "keys" / "master.key")
    settings.CONFIG = chosen
    return chosen


@pytest.fixture
def box(config: Config, db: None) -> vault.Vault:
    vault.create_master_key(config)
    return vault.open_vault()


@pytest.fixture
def officer(db: None) -> Account:
    return Account.objects.create_user("officer.kim", password="a long pass phrase 7", roles=["officer"])
