"""What becomes of an officer's decision: a demand stands on evidence, or on a person's word."""

from __future__ import annotations

import pytest

from jium.evidence import services as evidence
from jium.evidence.models import Capture
from jium.flow import deciding
from jium.notices.models import NoticeItem
from tests.notices import cast

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_what_cannot_be_recorded_is_demanded_only_once_a_person_vouched_for_it(officer) -> None:
    sighting = cast.a_sighting()
    group = cast.group_of(cast.a_case(officer), sighting, officer)
    capture = evidence.ask(group.case, group, sighting)
    deciding.carry_out(group)
    Capture.objects.update(state=Capture.State.FAILED, problem="refused", next_action="")
    deciding.carry_out(group)
    assert not NoticeItem.objects.exists()
    assert evidence.vouch(capture, officer, "I saw it.")
    group.refresh_from_db()
    assert group.next_action == "carry_out"
    for _again in range(2):
        deciding.carry_out(group)
    (item,) = NoticeItem.objects.all()
    assert (item.sighting, item.vouched, item.evidence_sha256) == (sighting, True, "")
