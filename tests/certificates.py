"""Certificates made for the occasion: an authority's own, and those that it signs for one purpose."""

from __future__ import annotations

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey
SIGNING = ("digital_signature",)
AUTHORITY = ("digital_signature", "key_cert_sign", "crl_sign")
_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def new_key() -> Key:
    """A key of its own for each."""
    return ec.generate_private_key(ec.SECP256R1())


def authority(name: str, key: Key) -> x509.Certificate:
    """Signed by itself."""
    return _built(name, key, name, key, AUTHORITY).sign(key, hashes.SHA256())


def signed(
    name: str,
    key: Key,
    issuer: str,
    by: Key,
    purpose: x509.ObjectIdentifier,
) -> x509.Certificate:
    """For ``purpose`` (an extended key usage) alone."""
    built = _built(name, key, issuer, by, SIGNING)
    return built.add_extension(x509.ExtendedKeyUsage([purpose]), True).sign(by, hashes.SHA256())


def _built(name: str, key: Key, issuer: str, by: Key, usages: tuple[str, ...]) -> x509.CertificateBuilder:
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    return (
        x509.CertificateBuilder(_named(issuer), _named(name), key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36_500))
        .add_extension(x509.BasicConstraints(by is key, None), True)
        .add_extension(x509.KeyUsage(**{usage: usage in usages for usage in _USAGES}), True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)]
    )
