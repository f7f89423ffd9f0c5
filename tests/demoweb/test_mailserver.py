"""The operators' mail server: takes, refuses, puts off once."""

from __future__ import annotations

import smtplib
from collections import Counter

from jium.demoweb.mailserver import DROPS
from jium.demoweb.world import DRIPPING, GREYLISTING, World
from tests.demoweb.letters import send


def refusal(world: World, recipient: str) -> int:
    """The code with which the server turned a letter away."""
    try:
        send(world, recipient)
    except smtplib.SMTPRecipientsRefused as refused:
        return next(iter(refused.recipients.values()))[0]
    raise AssertionError("the letter was taken")


def test_a_letter_to_an_operator_lies_in_his_mailbox_when_it_is_acknowledged(world: World):
    send(world, "abuse@gravel.example", "한글 본문\nhttp://gravel.example/view?board=free&no=101\n")
    (letter,) = world.letters()
    assert letter.recipient == "abuse@gravel.example"
    assert letter.subject == "[N2026-1] 게시물 삭제 요청"
    assert letter.addresses == ("http://gravel.example/view?board=free&no=101",)
    assert letter.path.parent.name == "abuse@gravel.example"
    assert b"N2026" in letter.path.read_bytes() or b"=?utf-8?" in letter.path.read_bytes()


def test_an_address_without_a_mailbox_is_refused_for_good_each_time(world: World):
    heron = next(operator for operator in world.operators if operator.host == "heron.example")
    assert heron.registered != heron.right
    assert [refusal(world, heron.registered) for _ in range(2)] == [550, 550]
    assert world.refused() == (heron.registered,) * 2
    send(world, heron.right)
    assert len(world.letters()) == 1


def test_one_operator_puts_off_a_sender_once(world: World):
    assert refusal(world, GREYLISTING) == 451
    assert world.put_off() == (GREYLISTING,)
    assert world.letters() == ()
    send(world, GREYLISTING)
    assert len(world.letters()) == 1


def test_one_operator_answers_drop_by_drop_and_has_taken_the_letter_once(world: World):
    with smtplib.SMTP("127.0.0.1", world.mail_port, timeout=20) as client:
        client.helo()
        client.mail("support@centre.example")
        client.rcpt(DRIPPING)
        code, told = client.data(b"Subject: x\r\n\r\nhttp://gravel.example/i/1\r\n")
    assert (code, len(told.splitlines())) == (250, DROPS + 1)
    assert [letter.recipient for letter in world.letters()] == [DRIPPING]


def test_a_letter_that_comes_twice_is_counted_twice(world: World):
    for _ in range(2):
        send(world, "abuse@gravel.example", message_id="<same@centre.example>")
    send(world, "abuse@lantern.example", message_id="<other@centre.example>")
    assert world.notices_received() == Counter({"<same@centre.example>": 2, "<other@centre.example>": 1})
