"""The cast of the notices' tests."""

from __future__ import annotations

import dataclasses

import pytest

from jium.cases.models import Case
from jium.config import Mail
from jium.notices.models import Provider
from jium.trust.models import Account
from tests.notices import cast
from tests.notices.mailserver import Mailbox, serving


@pytest.fixture
def supervisor(db) -> Account:
    """Supervisor Bada: may approve notices."""
    return cast.a_supervisor("bada")


@pytest.fixture
def case(supervisor: Account) -> Case:
    return cast.a_case(supervisor)


@pytest.fixture
def provider(db) -> Provider:
    return cast.a_provider()


@pytest.fixture
def mailbox(settings):
    """A mail server that is really there, and the configuration that names it."""
    box = Mailbox()
    with serving(box) as port:
        mail = Mail(host="127.0.0.1", port=port, starttls=False, sender="notices@centre.example")
        settings.CONFIG = dataclasses.replace(settings.CONFIG, mail=mail)
        yield box
