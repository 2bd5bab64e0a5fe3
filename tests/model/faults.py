"""What can become of a request, besides its answer."""

import enum
from typing import Any

from botocore.exceptions import EndpointConnectionError, IncompleteReadError, ReadTimeoutError

from tests.fake_objects import refusal

_READS = frozenset({"head_object", "get_object", "list_objects_v2", "list_multipart_uploads"})
CONDITIONAL = frozenset({"put_object", "complete_multipart_upload"})
"""What writes an object."""


class Fault(enum.Enum):
    """What can become of a request, besides its answer."""

    CUT = "never arrives"
    LOST = "is served, its answer lost"
    LATE = "is served after its client has given up"
    REPEATED = "is served, its answer lost, and sent again"
    OVERTAKEN = "is sent again, and served late as well"
    ERROR = "500"
    SLOW = "503"
    BUSY = "409"
    CHANGED = "412"
    VANISHED = "404: the upload is no longer there"
    DENIED = "403"
    HALF = "half an answer"
    KILLED_BEFORE = "never arrives, its process killed"
    KILLED_AFTER = "is served, its process killed"
    KILLED_MEANWHILE = "is served after its process was killed"
    OUT_OF_TIME = "is served, but then the time is up"


_ANYWHERE = (
    Fault.CUT, Fault.LOST, Fault.ERROR, Fault.SLOW, Fault.DENIED, Fault.OUT_OF_TIME, Fault.KILLED_BEFORE
)  # fmt: skip
_WRITES = (Fault.LOST, Fault.LATE, Fault.REPEATED, Fault.OVERTAKEN, Fault.KILLED_AFTER, Fault.KILLED_MEANWHILE)
_REFUSALS = {
    Fault.ERROR: "InternalError",
    Fault.SLOW: "SlowDown",
    Fault.BUSY: "ConditionalRequestConflict",
    Fault.CHANGED: "PreconditionFailed",
    Fault.DENIED: "AccessDenied",
    Fault.VANISHED: "NoSuchUpload",
}
SERVED = frozenset({Fault.LOST, Fault.REPEATED, Fault.KILLED_AFTER})
"""The server acts, and nobody hears of it."""
LANDS_LATE = frozenset({Fault.LATE, Fault.OVERTAKEN, Fault.KILLED_MEANWHILE})
KILLS = frozenset({Fault.KILLED_BEFORE, Fault.KILLED_AFTER, Fault.KILLED_MEANWHILE})
SENT_AGAIN = frozenset({Fault.REPEATED, Fault.OVERTAKEN})


def faults_of(operation: str) -> tuple[Fault, ...]:
    """What can become of a request of this kind."""
    if operation == "get_object":
        return (*_ANYWHERE, Fault.HALF, Fault.CHANGED)
    if operation in _READS:
        return _ANYWHERE
    if operation == "put_object":
        return (*_ANYWHERE, *_WRITES, Fault.BUSY, Fault.CHANGED)
    if operation == "complete_multipart_upload":
        return (*_ANYWHERE, *_WRITES, Fault.BUSY, Fault.CHANGED, Fault.VANISHED)
    if operation == "upload_part_copy":
        return (*_ANYWHERE, *_WRITES, Fault.CHANGED, Fault.VANISHED)
    return (*_ANYWHERE, *_WRITES)


def error_of(fault: Fault, operation: str) -> Exception:
    """What the SDK raises."""
    if code := _REFUSALS.get(fault):
        return refusal(code, operation)
    if fault is Fault.CUT:
        return EndpointConnectionError(endpoint_url="model")
    return ReadTimeoutError(endpoint_url="model")


class _HalfABody:
    def __init__(self, body: bytes) -> None:
        self._half = body[: len(body) // 2]

    def read(self, _: int = -1) -> bytes:
        half, self._half = self._half, b""
        if half:
            return half
        raise IncompleteReadError(actual_bytes=1, expected_bytes=2)

    def close(self) -> None:
        pass


def halved(answer: dict[str, Any]) -> dict[str, Any]:
    """A GET's answer whose body is cut on its way."""
    return answer | {"Body": _HalfABody(answer["Body"].read())}
