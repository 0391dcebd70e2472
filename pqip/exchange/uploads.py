"""Files on their way in: counted as they come, and held without a name, so that nothing is left of one that does not arrive.

One over the limit is never kept, not even for a moment. A process that is killed leaves nothing: the file has no name.
"""

from __future__ import annotations

import io
import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from pqip.exchange.limits import limits
from pqip.files.writing import FULL

#: Why an upload was stopped, as `request.upload_stopped` says it; fields of files have words for each (`pqip/govuk/fields.py`).
TOO_LARGE, NO_ROOM = "too_large", "no_room"


class CappedUploadHandler(FileUploadHandler):
    """Stops at the limit, or where the disk is full, and leaves the file out; `request.upload_stopped` then says why.

    What comes is written at once and held back nowhere, so that a full disk shows while there is something to be said of it.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: Any = None) -> None:
        self.room = limits().uploaded
        self.is_too_large = content_length > self.room + 1024 * 1024  # the form's other fields and the wrapping

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
        return UploadedFile(arrived, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)

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
            self.request.upload_stopped = why
        raise StopUpload(connection_reset=False)
