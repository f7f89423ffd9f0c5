"""A vault and a configuration of their own for each test."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings

from jium.config import Config
from jium.trust import master_key, vault
from jium.trust.models import Account


@pytest.fixture
def config(tmp_path: Path, settings: Settings) -> Config:
    chosen = Config(data=tmp_path, key_file=tmp_path / "keys" / "master.key")
    settings.CONFIG = chosen
    return chosen


@pytest.fixture
def box(config: Config, db: None) -> vault.Vault:
    master_key.create(config)
    return vault.open_vault()


@pytest.fixture
def officer(db: None) -> Account:
    return Account.objects.create_user("officer.kim", password="a long pass phrase 7", roles=["officer"])


@pytest.fixture
def case_id(box: vault.Vault) -> UUID:
    """Of a case that has a key in ``box``."""
    fresh = uuid4()
    box.create_case_key(fresh)
    return fresh
