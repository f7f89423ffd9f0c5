"""Content Credentials as a generator, an editor or a camera would sign them, by keys made here."""

from __future__ import annotations

import datetime
import io
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

TERM = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SIGNING = ("digital_signature",)
AUTHORITY = ("digital_signature", "key_cert_sign", "crl_sign")
_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def made(source_type: str, program: str, action: str = "c2pa.created") -> dict[str, Any]:
    """An action, as it stands in credentials."""
    return {"action": action, "softwareAgent": {"name": program}, "digitalSourceType": TERM + source_type}


def signed(content: bytes, kind: str, *actions: dict[str, Any], parent: bytes | None = None) -> bytes:
    """The same picture with credentials. ``parent``: what it was made from, with credentials of its own."""
    chain, key = _signer()
    builder = c2pa.Builder(
        {
            "claim_generator_info": [{"name": "a program", "version": "1"}],
            "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": list(actions)}}],
        }
    )
    if parent is not None:
        builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
        builder.add_ingredient({"title": "before", "relationship": "parentOf"}, kind, io.BytesIO(parent))
    out = io.BytesIO()
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", chain, key, None))
    builder.sign(signer, kind, io.BytesIO(content), out)
    return out.getvalue()


def _signer() -> tuple[bytes, bytes]:
    """A certificate chain and the key of its first, as PEM."""
    authority, signing = (ec.generate_private_key(ec.SECP256R1()) for _one in range(2))
    root = _certificate("an authority", authority, "an authority", authority, AUTHORITY)
    leaf = _certificate("a signer", signing, "an authority", authority, SIGNING)
    key = signing.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (leaf, root)), key


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    by: ec.EllipticCurvePrivateKey,
    usages: tuple[str, ...],
) -> x509.Certificate:
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    authority = by is key
    built = (
        x509.CertificateBuilder(_named(issuer), _named(subject), key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36_500))
        .add_extension(x509.BasicConstraints(authority, None), True)
        .add_extension(x509.KeyUsage(**{usage: usage in usages for usage in _USAGES}), True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )
    if not authority:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
    return built.sign(by, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)]
    )
