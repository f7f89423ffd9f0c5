"""Who can take material down, and how to reach them."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet

from jium import clock, lists
from jium.cases import services as cases
from jium.cases.services import Kind
from jium.egress import url as addresses
from jium.notices import regimes
from jium.notices.listing import OF_OPEN
from jium.notices.models import Notice, Provider
from jium.trust import audit, policy
from jium.trust.models import Account


class HostTaken(Exception):
    """Another provider already answers for this host; ``host`` names it."""

    def __init__(self, host: str) -> None:
        super().__init__("another provider answers for this host")
        self.host = host


@dataclass(frozen=True)
class Contact:
    """What staff enter about a provider. ``regime`` and ``language`` exist in :mod:`jium.notices.regimes`."""

    name: str
    hosts: tuple[str, ...]
    email: str
    regime: str
    language: str
    jurisdiction: str = ""


def host_of(url: str) -> str:
    """The canonical host of a web address, without ``www.``. Raises ``ValueError``."""
    return addresses.host(url).removeprefix("www.")


def answers_for(hosts: list[str], host: str) -> int:
    """How much of ``host`` (characters) the best of ``hosts`` covers: itself or a domain above it."""
    return max((len(own) for own in hosts if host == own or host.endswith(f".{own}")), default=0)


def provider_for(url: str) -> Provider:
    """Who answers for ``url``; where nobody is known, a provider named after its host, without address."""
    host = host_of(url)
    best = max(Provider.objects.all(), key=lambda provider: answers_for(provider.hosts, host), default=None)
    if best and answers_for(best.hosts, host):
        return best
    law, language = suggestion(host)
    made, _ = Provider.objects.get_or_create(name=host, defaults={"hosts": [host], "regime": law, "language": language})
    return made


def suggestion(host: str) -> tuple[str, str]:
    """Regime and language to propose for a host until a person says otherwise."""
    return ("kr_platform", "ko") if host.endswith((".kr", ".xn--3e0b707e")) else ("us_take_it_down", "en")


def law_for(provider: Provider) -> tuple[str, str]:
    """The regime and language in which to write to a provider (the regime's first if it lacks the wanted)."""
    proposed = suggestion(provider.hosts[0] if provider.hosts else "")
    law = regimes.regime(provider.regime or proposed[0])
    return law.name, provider.language if provider.language in law.languages else law.languages[0]


def correct(provider: Provider, contact: Contact, by: Account) -> Provider:
    """Save what a person found out about a provider.

        Raises PermissionDenied, UnknownRegime, :class:`HostTaken`,
    ValidationError (the mail address).
    """
    if not policy.may(by, "provider.edit"):
        raise PermissionDenied
    regimes.sections(contact.regime, contact.language)
    if contact.email:
        validate_email(contact.email.strip())
    hosts = [(addresses.canonical_host(host) or host).removeprefix("www.") for host in contact.hosts if host.strip()]
    for other in Provider.objects.exclude(pk=provider.pk):
        for host in hosts:
            if host in other.hosts:
                raise HostTaken(host)
    with transaction.atomic():
        provider.name, provider.hosts, provider.email = contact.name.strip(), hosts, contact.email.strip()
        provider.regime, provider.language = contact.regime, contact.language
        provider.jurisdiction = contact.jurisdiction.upper()
        provider.confirmed_at = clock.now()
        provider.save()
        audit.record(by, "provider.corrected", str(provider.pk))
    return provider


def may_be_told(notice: Notice) -> bool:
    """Whether she agrees, here and now, to what the letter tells its provider. A correction only takes back."""
    abroad = notice.provider.jurisdiction not in ("", "KR")
    correction = notice.kind == Notice.Kind.CORRECTION
    return correction or cases.may_act(notice.case_id, Kind.ABROAD if abroad else Kind.PROVIDERS)


def providers() -> QuerySet[Provider]:
    """All providers by name."""
    return Provider.objects.all()


def search(providers: QuerySet[Provider], text: str) -> QuerySet[Provider]:
    """Of the providers those of which every word is in the name, the mail address or a host, in whatever form."""
    return providers.filter(pk__in=[each.pk for each in providers if lists.holds(text, *_written(each))])


def _written(provider: Provider) -> tuple[str, ...]:
    return (provider.name, provider.email, *provider.hosts, *map(addresses.reading, provider.hosts))


def provider(provider_id: int) -> Provider:
    """The provider, or ``Provider.DoesNotExist``."""
    return Provider.objects.get(pk=provider_id)


def contacts_needed(own: Q | None = None) -> QuerySet[Provider]:
    """Providers to whom a notice waits to be sent and whose address nobody has found yet; ``own``: which notices."""
    waiting = Notice.objects.filter(own or Q(), OF_OPEN, state=Notice.State.DRAFTED)
    return Provider.objects.filter(email="", pk__in=waiting.values("provider"))
