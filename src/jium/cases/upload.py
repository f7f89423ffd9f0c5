"""Uploaded files never touch the disk in the clear: they are received into anonymous memory."""

from __future__ import annotations

import os
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

MAX_BYTES = 512 * 1024 * 1024


class MemoryFileUploadHandler(FileUploadHandler):
    """Receives each file of a form into a memory file (``memfd``), 512 MiB at most for one form."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        # Django closes a handler's ``file`` when an upload is broken off.
        self.file: BinaryIO = os.fdopen(os.memfd_create("upload", os.MFD_CLOEXEC), "w+b")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        if self._received > MAX_BYTES:
            if self.request:
                self.request.META["jium.upload_too_large"] = True
            raise StopUpload(connection_reset=False)
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self.file.seek(0)
        return UploadedFile(
            file=self.file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
        )
