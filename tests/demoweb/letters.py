"""Letters to the demo's operators."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

from jium.demoweb.world import World


def send(world: World, recipient: str, body: str = "http://olive.example/x", message_id: str = "<1@centre.example>"):
    """Send a letter; raises what smtplib raises when the server turns it away."""
    message = EmailMessage()
    message["From"], message["To"] = "support@centre.example", recipient
    message["Subject"], message["Message-ID"] = "[N2026-1] 게시물 삭제 요청", message_id
    message.set_content(body, charset="utf-8", cte="quoted-printable")
    with smtplib.SMTP("127.0.0.1", world.mail_port, timeout=20) as client:
        client.send_message(message)
