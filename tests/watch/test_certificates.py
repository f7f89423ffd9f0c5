"""A site that cannot prove who it is."""

from __future__ import annotations

import dataclasses
import datetime
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from jium import config, egress
from jium.watch.crawling import crawl
from jium.watch.models import Site
from jium.watch.observe import observe
from tests.egress.site import Site as Server
from tests.egress.site import page


@pytest.fixture
def unproven(tmp_path: Path) -> Iterator[Server]:
    """``https://site.example`` with a certificate that nobody but itself signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "site.example")])
    begins = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(begins).not_valid_after(begins.replace(year=2090))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("site.example")]), critical=False)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both = tmp_path / "site.pem"
    both.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    with Server(lambda _path: page("<p>words")) as server:
        server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
        egress.start(dataclasses.replace(config.load(), local_hosts={"site.example": server.place}))
        yield server
        egress.stop()


@pytest.mark.django_db(databases=["default", "keys"])
def test_is_neither_crawled_nor_believed_to_have_removed_anything(unproven: Server) -> None:
    visit = crawl(Site.objects.create(name="site", start_url="https://site.example/", obey_robots=False))
    assert (visit.pages, visit.media) == (0, 0) and sum(visit.problems.values()) == 1
    seen = observe("https://site.example/", "https://site.example/1.jpg")
    assert (seen.page_error, seen.media_error, seen.page_status) == ("tls", "tls", None)
    assert unproven.asked == []
