"""Receives uploads: counts them as they arrive, and writes them to a file without a name, so that an incomplete one leaves
nothing.

A file over the limit is never stored, not even for a moment. A process that is killed leaves nothing, since the file has no
name.
"""

from __future__ import annotations

import io
import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from pqip.core.files.writing import FULL
from pqip.exchange.limits import limits

#: Why an upload was stopped, the value of `request.upload_stopped`; file fields have a message for each
#: (`pqip/govuk/fields.py`).
TOO_LARGE, NO_ROOM = "too_large", "no_room"


class CappedUploadHandler(FileUploadHandler):
    """Stops at the size limit, or where the disk is full, and discards the file; `request.upload_stopped` then says why.

    Data is written at once and never buffered, so that a full disk is noticed while an answer is still possible.
    """

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.room = limits().uploaded
        self.is_too_large = (
            content_length > self.room + 1024 * 1024
        )  # the form's other fields and the multipart framing

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.is_too_large:
            self._stop(TOO_LARGE)
        try:
            self.file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  (closed with the upload)
        except OSError as error:
            self._stop_if_full(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.room -= len(raw_data)
        if self.room < 0:
            self._stop(TOO_LARGE)
        try:
            left = memoryview(raw_data)
            while left:
                left = left[self.file.write(left) :]
        except OSError as error:
            self._stop_if_full(error)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        self.file.seek(0)
        arrived = io.BufferedReader(self.file)
        return UploadedFile(
            arrived,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()

    def _stop_if_full(self, error: OSError) -> None:
        if error.errno not in FULL:
            raise error
        self._stop(NO_ROOM)

    def _stop(self, why: str) -> None:
        if hasattr(self, "file"):
            self.file.close()
        if self.request is not None:
            self.request.upload_stopped = why  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=False)
