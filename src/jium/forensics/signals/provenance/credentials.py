"""Signed credentials (C2PA, "Content Credentials"), read and verified offline. Runs inside the sandbox only.

Nothing is fetched: no manifest that lies elsewhere, no trust list, no revocation. So "valid" means that the signature
fits the file, never that the signer is trusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import c2pa

from jium.forensics.marks import Mark
from jium.forensics.signals.provenance.rules import named, of_source_type

_OFFLINE = {
    "verify": {"verify_trust": False, "remote_manifest_fetch": False, "ocsp_fetch": False},
    "core": {"allowed_network_hosts": []},
}
_FITS = ("Valid", "Trusted")
# Of one made from another, made from another still, no more are followed.
_DEEPEST = 8


def marks_in(file: BinaryIO) -> frozenset[Mark]:
    """What the credentials in a file say; nothing without any."""
    file.seek(0)
    try:
        with c2pa.Context.from_dict(_OFFLINE) as context, c2pa.Reader(file, context=context) as reader:
            told = json.loads(reader.json())
    except c2pa.C2paError:
        # There are none, or none that can be read; the library does not tell these apart for every format.
        return frozenset()
    return of_credentials(told)


def of_credentials(told: dict[str, Any]) -> frozenset[Mark]:
    """What credentials mean, as the library gives them. Pure.

    Followed from the file to what it was made from; of what was only put into it, it is known that it was put in.
    """
    manifests = told.get("manifests", {})
    signed = told.get("validation_state") in _FITS
    found: set[Mark] = set() if signed else {Mark("torn")}
    manifest = manifests.get(told.get("active_manifest"))
    for _step in range(_DEEPEST):
        if not isinstance(manifest, dict):
            break
        found |= _of_manifest(manifest, signed)
        parents, parts = _made_from(manifest, manifests)
        put_in = {mark for part in parts for mark in _of_manifest(part, signed)}
        found |= {replace(mark, kind="altered") for mark in put_in if mark.kind in ("generated", "swapped")}
        manifest = parents[0] if parents else None
    return frozenset(found)


def _of_manifest(manifest: dict[str, Any], signed: bool) -> set[Mark]:
    """A program is named where it fits what was done. Its name alone says no more than that faces were exchanged: who
    makes a generator signs what was only edited, too.
    """
    kinds = {mark for term in _every(manifest, "digitalSourceType") if (mark := of_source_type(str(term), signed))}
    says = [*_every(manifest, "softwareAgent"), *_every(manifest, "name"), *_every(manifest, "claim_generator")]
    programs = {mark for one in says if isinstance(one, str) for mark in named(one, among=True)}
    found = {Mark("swapped", signed, one.program) for one in programs if one.kind == "swapped"}
    for one in kinds:
        made_by = "generated" if one.kind == "altered" else one.kind
        fitting = sorted(program.program for program in programs if program.kind == made_by)
        found.add(replace(one, program=fitting[0] if fitting else ""))
    return found


def _made_from(
    manifest: dict[str, Any], manifests: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The credentials of what it was made from, and of what was put in, as far as there are any."""
    ways: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for one in manifest.get("ingredients", []):
        if isinstance(one, dict) and one.get("active_manifest") in manifests:
            ways[one.get("relationship") != "parentOf"].append(manifests[one["active_manifest"]])
    return ways


def _every(told: Any, name: str) -> Iterator[Any]:
    """All values of that name, however deep."""
    waiting = [told]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from (value for key, value in one.items() if key.rsplit(":", 1)[-1] == name)
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
