"""Scans and photographs of documents: which kinds are taken, told by how they begin. Pure."""

from __future__ import annotations

MOST_BYTES = 20 * 1024 * 1024
_KINDS = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
)
HEAD = 16


def media_type(head: bytes) -> str:
    """By its first :data:`HEAD` bytes; "" for what is not taken."""
    return next((kind for start, mark, kind in _KINDS if head[start : start + len(mark)] == mark), "")
