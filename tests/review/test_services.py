"""The officer's desk: one decision a group, for every address that shows the same thing, now and later."""

from __future__ import annotations

import hashlib
import io

import pytest

from jium import clock
from jium.cases import services as cases
from jium.cases.services import Reference
from jium.dna import Fingerprint, FrameCode, compare
from jium.review import services as review
from jium.review.services import Group, Previews
from jium.trust.models import Account, AuditEntry
from jium.watch.models import Sighting, SightingCode
from tests.cases.opened import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def code(*bits: int) -> bytes:
    """256 bits, the ones named set."""
    return sum(1 << bit for bit in bits).to_bytes(32, "little")


PICTURE = code(*range(0, 256, 2))
ALIKE = code(*range(0, 256, 2), 1, 3, 5)
MIRRORED = code(*range(1, 256, 2))
FORMS = (PICTURE, code(1), code(2), code(3), code(4), MIRRORED, code(5), code(6))


@pytest.fixture
def reference(officer: Account) -> Reference:
    case = opened(officer)
    registered = cases.register(case, io.BytesIO(b"a picture"), officer)
    made = Fingerprint("image", registered.sha256, 640, 480, None, (FrameCode(None, PICTURE, 90, FORMS),), "")
    cases.accept_fingerprint(registered, made, b"reference preview")
    return registered


def sighting(number: int, shows: bytes = PICTURE) -> Sighting:
    now = clock.now()
    seen = Sighting.objects.create(
        page_url=f"http://olive.example/{number}",
        media_url=f"http://olive.example/{number}.jpg",
        address_digest=hashlib.sha256(str(number).encode()).hexdigest(),
        sha256=hashlib.sha256(b"file" + str(number).encode()).hexdigest(),
        kind="image",
        first_seen_at=now,
        last_seen_at=now,
    )
    SightingCode.objects.create(sighting=seen, code=shows, quality=90)
    return seen


def matched(reference: Reference, seen: Sighting):
    from jium.watch import services as watch

    comparison = compare(cases.fingerprint_of(reference), watch.to_fingerprint(seen))
    assert comparison.match
    return review.record_match(reference, seen, comparison, Previews(b"", b"sighting preview"))


def test_copies_of_one_thing_are_one_group(reference: Reference) -> None:
    first, second = matched(reference, sighting(1)), matched(reference, sighting(2, ALIKE))
    assert first.group == second.group


def test_another_form_is_a_group_of_its_own(reference: Reference) -> None:
    upright, mirrored = matched(reference, sighting(1)), matched(reference, sighting(2, MIRRORED))
    assert upright.group != mirrored.group
    assert mirrored.transform["mirrored"] is True


def test_a_match_is_kept_once_though_found_twice(reference: Reference) -> None:
    seen = sighting(1)
    assert matched(reference, seen) == matched(reference, seen)


def test_a_decision_counts_for_the_group_and_is_carried_out(reference: Reference, officer: Account) -> None:
    group = matched(reference, sighting(1)).group
    review.decide(group, Group.Verdict.SAME, officer)
    group.refresh_from_db()
    assert (group.verdict, group.next_action) == ("same", "carry_out")
    assert group not in review.undecided()
    assert AuditEntry.objects.filter(act="group.decided").count() == 1


def test_a_new_copy_of_a_decided_thing_is_not_asked_about_again(reference: Reference, officer: Account) -> None:
    group = matched(reference, sighting(1)).group
    review.decide(group, Group.Verdict.SAME, officer)
    Group.objects.filter(pk=group.pk).update(next_action="")
    matched(reference, sighting(2, ALIKE))
    group.refresh_from_db()
    assert group.next_action == "carry_out"
    assert not review.undecided().exists()


def test_a_new_copy_of_what_was_different_stays_different(reference: Reference, officer: Account) -> None:
    group = matched(reference, sighting(1)).group
    review.decide(group, Group.Verdict.DIFFERENT, officer)
    Group.objects.filter(pk=group.pk).update(next_action="")
    matched(reference, sighting(2, ALIKE))
    group.refresh_from_db()
    assert (group.verdict, group.next_action) == ("different", "")


def test_undo_brings_back_the_decision_before(reference: Reference, officer: Account) -> None:
    group = matched(reference, sighting(1)).group
    review.decide(group, Group.Verdict.DIFFERENT, officer)
    review.decide(group, Group.Verdict.SAME, officer)
    assert review.undo(group, officer)
    group.refresh_from_db()
    assert group.verdict == "different"
    assert review.undo(group, officer)
    group.refresh_from_db()
    assert (group.verdict, group.next_action) == ("undecided", "carry_out")
    assert not review.undo(group, officer)


def test_every_decision_is_kept_also_when_taken_back(reference: Reference, officer: Account) -> None:
    group = matched(reference, sighting(1)).group
    review.decide(group, Group.Verdict.SAME, officer)
    review.undo(group, officer)
    (decision,) = review.decisions(reference.case_id)
    assert decision.verdict == "same"
    assert decision.undone_at is not None


def test_only_same_or_different_can_be_decided(reference: Reference, officer: Account) -> None:
    group = matched(reference, sighting(1)).group
    with pytest.raises(ValueError, match="undecided"):
        review.decide(group, "undecided", officer)


def test_both_sides_have_a_preview_from_the_vault(reference: Reference) -> None:
    match = matched(reference, sighting(1))
    assert review.preview(match, "reference") == b"reference preview"
    assert review.preview(match, "sighting") == b"sighting preview"
