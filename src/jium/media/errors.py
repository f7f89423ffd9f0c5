"""What can go wrong with a file, as stable codes: apps translate by ``kind``, scripts rely on it."""

from __future__ import annotations

from jium.language import gettext_noop

SENTENCES = {
    "empty": gettext_noop("The file is empty (0 bytes)."),
    "not_media": gettext_noop("This is not a picture, a video or a sound."),
    "truncated": gettext_noop("The file is cut off or damaged: a part of it is missing."),
    "too_large": gettext_noop("The picture is too large to be opened safely."),
    "no_frames": gettext_noop("There is no picture in this video."),
    "encrypted_archive": gettext_noop("This is a packed file with a password."),
    "archive": gettext_noop("This is a packed file (ZIP or similar)."),
    "unsupported": gettext_noop("This kind of file is not supported."),
    "timeout": gettext_noop("The file took too long to open and was stopped."),
    "crashed": gettext_noop("The file made the decoder stop. It was contained."),
    "sandbox_unavailable": gettext_noop("The sandbox does not start, so files are not opened (see 'jium doctor')."),
}


class MediaError(Exception):
    """A file cannot be used. ``kind``: a key of :data:`SENTENCES`; ``detail``: never from the file."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail

    @property
    def message(self) -> str:
        """One English sentence; a msgid of the translation catalogue."""
        return SENTENCES[self.kind]
