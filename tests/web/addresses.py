"""Every address of the pages, with values for its places, found by walking the URLconf."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

NOBODY = UUID(int=1)


def patterns() -> Iterator[URLPattern]:
    """Every pattern of the URLconf."""

    def walk(entries) -> Iterator[URLPattern]:
        for entry in entries:
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns)
            else:
                yield entry

    return walk(get_resolver().url_patterns)


def address(pattern: URLPattern) -> str:
    """The pattern's address with values that belong to nothing."""
    values = {
        "token": "no-such-token",
        "side": "reference",
        "site_id": 1,
        "provider_id": 1,
        "target_id": 1,
        "account_id": 999_999,
        "pk": 999_999,
        "look_id": 999_999,
        "given_id": 999_999,
        "organisation_id": 999_999,
    }
    names = pattern.pattern.converters
    return reverse(pattern.name, kwargs={name: values.get(name, NOBODY) for name in names})


def pages(world) -> dict[str, str]:
    """Every page that a person reads, by name, with the world's rows in it."""

    def at(name: str, *places: object) -> str:
        return reverse(name, args=places)

    plain = ("queue", "cases", "case_new", "notices", "providers", "provider_new", "sites", "site_new")
    return {
        **{
            name: at(name)
            for name in (
                *plain,
                "jobs",
                "audit_log",
                "second_looks",
                "organisations",
                "organisation_new",
                "cost_basis",
                "destructions",
                "people",
                "invite",
                "me",
            )
        },
        "second factor": at("mfa_index"),
        "app to set up": at("mfa_activate_totp"),
        "passkey to add": at("mfa_add_webauthn"),
        "who is it": at("account_reauthenticate"),
        "person": at("person", world.colleague.pk),
        "case": at("case", world.case.pk),
        "timeline": at("case_timeline", world.case.pk),
        "register": at("register", world.case.pk),
        "papers and consents": at("mandate", world.case.pk),
        "papers lacking": at("mandate", world.begun.pk),
        "services": at("case_services", world.case.pk),
        "referral": at("referral", world.referral.pk),
        "keeping": at("case_keeping", world.case.pk),
        "costs": at("case_costs", world.begun.pk),
        "claim": at("claim", world.claim.pk),
        "organisation": at("organisation", world.referral.organisation_id),
        "who works on it": at("case_people", world.case.pk),
        "intake": at("case_edit", world.case.pk),
        "group": at("group", world.undecided.pk),
        "group of a film": at("group", world.other.pk),
        "group that cannot be shown": at("group", world.unseen.pk),
        "group decided": at("group", world.decided.pk),
        "draft": at("notice", world.draft.pk),
        "unconfirmed": at("notice", world.unconfirmed.pk),
        "refused": at("notice", world.refused.pk),
        "look": at("look", world.unlooked.pk),
        "capture vouch": at("capture_vouch", world.failed.pk),
        "site": at("site", world.site.pk),
        "correct": at("correct", world.case.pk, world.mistaken.matches.get().sighting_id),
        "provider": at("provider", world.provider.pk),
        "provider without contact": at("provider", world.nobody.pk),
    }
