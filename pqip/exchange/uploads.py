"""Files on their way in: counted as they come, so that one over the limit is never kept, not even for a moment."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from pqip.exchange.limits import limits


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Stops at the limit and leaves the file out; `request.upload_too_large` then says why it is not there."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: Any = None) -> None:
        self.room = limits().uploaded
        self.is_too_large = content_length > self.room + 1024 * 1024  # the form's other fields and the wrapping

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.is_too_large:
            self._stop()
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.room -= len(raw_data)
        if self.room < 0:
            self._stop()
        super().receive_data_chunk(raw_data, start)

    def _stop(self) -> None:
        if self.request is not None:
            self.request.upload_too_large = True
        raise StopUpload(connection_reset=False)
