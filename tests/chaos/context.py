"""What Lambda gives a handler along with the event."""

import time
import uuid


class Context:
    """An invocation that began now and may take so long."""

    def __init__(self, seconds: float = 60.0) -> None:
        self.aws_request_id = str(uuid.uuid4())
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self._end - time.monotonic()))
