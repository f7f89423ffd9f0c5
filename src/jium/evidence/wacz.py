"""Packs a WARC file, its index and its list of pages into a WACZ file.

WACZ 1.1.1 (Webrecorder): a ZIP file whose ``datapackage.json`` holds the SHA-256 of every part, sealed by
``datapackage-digest.json``. Replay programs such as ReplayWeb.page open it without unpacking.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator

import jium
from jium.evidence import container, warc

VERSION = "1.1.1"


def write(target: BinaryIO, archive: bytes, index: bytes, url: str, title: str, at: datetime) -> None:
    """Write a WACZ of the page at ``url``; ``archive``, ``index``: of :func:`jium.evidence.warc.write`.

    Raises :class:`jium.evidence.container.TooLarge`.
    """
    parts = [
        (f"archive/{warc.FILE_NAME}", archive),
        ("indexes/index.cdx", index),
        ("pages/pages.jsonl", _pages(url, title, at)),
    ]
    description = _json(
        {
            "profile": "data-package",
            "wacz_version": VERSION,
            "software": f"jium {jium.__version__}",
            "created": warc.iso(at),
            "mainPageUrl": url,
            "mainPageDate": warc.iso(at),
            "resources": [_resource(path, content) for path, content in parts],
        }
    )
    seal = _json({"path": "datapackage.json", "hash": _hash(description)})
    container.write(target, [*parts, ("datapackage.json", description), ("datapackage-digest.json", seal)])


def file_of(content: bytes, sha256: str) -> bytes | None:
    """The file of this digest in an archive that :func:`write` made; None where none is."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(f"archive/{warc.FILE_NAME}") as stored:
        for record in ArchiveIterator(stored):
            if record.rec_type == "response":
                body = record.content_stream().read()
                if hashlib.sha256(body).hexdigest() == sha256:
                    return bytes(body)
    return None


def _pages(url: str, title: str, at: datetime) -> bytes:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
    page = {"id": "page-1", "url": url, "ts": warc.iso(at), "title": title or url}
    return "".join(json.dumps(line) + "\n" for line in (head, page)).encode()


def _resource(path: str, content: bytes) -> dict[str, object]:
    return {"name": path.rpartition("/")[2], "path": path, "hash": _hash(content), "bytes": len(content)}


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _json(value: dict[str, object]) -> bytes:
    return json.dumps(value, indent=2).encode()
