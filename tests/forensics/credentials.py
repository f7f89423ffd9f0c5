"""Content Credentials as a generator, an editor or a camera would sign them, by keys made here."""

from __future__ import annotations

import io
from typing import Any

import c2pa
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests import certificates

TERM = "http://cv.iptc.org/newscodes/digitalsourcetype/"


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
    by, signing = certificates.new_key(), certificates.new_key()
    root = certificates.authority("an authority", by)
    leaf = certificates.signed("a signer", signing, "an authority", by, ExtendedKeyUsageOID.EMAIL_PROTECTION)
    key = signing.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (leaf, root)), key
