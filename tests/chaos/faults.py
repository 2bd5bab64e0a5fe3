"""The ways in which a request to S3 goes wrong.

Error codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. That CompleteMultipartUpload and
UploadPartCopy may fail with a status of 200, as all may by what stands between: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html.
"""

from dataclasses import dataclass
from http import HTTPStatus

from tests.chaos.messages import Reply
from tests.chaos.operations import Operation
from tests.chaos.proxy import Break, Call, Exchange, Plan

_AGAIN = 2  # times: what an update asks by itself, and is refused, it has the SDK ask again
_TO_THE_END = 3  # times: so often is asked where the answer is none
HOLD = 10.0  # seconds, should the client not give up before
LATE = 0.05  # seconds; the client has looked again, or tried again, by then
_WITH_A_BODY = (
    "GetObject",
    "ListObjectsV2",
    "ListMultipartUploads",
    "CreateMultipartUpload",
    "UploadPartCopy",
    "CompleteMultipartUpload",
)
_ENDED_BY_ITS_CALLER = (  # all but CreateMultipartUpload: one that lands late is the lifecycle rules'
    "PutObject",
    "UploadPart",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "DeleteObject",
)
_FAILING_WITH_200 = ("CompleteMultipartUpload", "UploadPartCopy", "PutObject")
_OF_AN_UPLOAD = ("UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "AbortMultipartUpload")


@dataclass(frozen=True, slots=True)
class Fault:
    """`times`: how many requests of the operation, from the broken one on."""

    name: str
    act: Break
    only: tuple[str, ...] = ()
    times: int = 1
    hangs: bool = False

    def fits(self, operation: Operation) -> bool:
        return not self.only or operation.name in self.only

    def at(self, call: Call) -> "Strike":
        return Strike(call, self)


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault at one request."""

    call: Call
    fault: Fault

    def hits(self, call: Call) -> bool:
        since = call.occurrence - self.call.occurrence
        return call.operation == self.call.operation and 0 <= since < self.fault.times

    def __str__(self) -> str:
        return f"{self.fault.name} at {self.call}"


def plan(*strikes: Strike) -> Plan:
    """Break what any of them hits."""

    def choose(call: Call) -> Break | None:
        return next((strike.fault.act for strike in strikes if strike.hits(call)), None)

    return choose


def _answering(status: int, code: str) -> Break:
    """The server is not asked; the client is told this."""
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>made up</Message></Error>'.encode()
    )

    def act(exchange: Exchange) -> None:
        body = b"" if exchange.request.method == "HEAD" else xml
        headers = (("Content-Type", "application/xml"), ("x-amz-request-id", "MADEUP"))
        exchange.answer(Reply(status, HTTPStatus(status).phrase, headers, body, len(body)))

    return act


def _cut_before(exchange: Exchange) -> None:
    exchange.cut()


def _cut_after(exchange: Exchange) -> None:
    exchange.forward()
    exchange.cut()


def _land_late(exchange: Exchange) -> None:
    exchange.forward_late(LATE)
    exchange.cut()


def _cut_half_way(exchange: Exchange) -> None:
    exchange.answer(exchange.forward(), 0.5)


def _hold_before(exchange: Exchange) -> None:
    exchange.wait_until_client_leaves(HOLD)


def _hold_after(exchange: Exchange) -> None:
    exchange.forward()
    exchange.wait_until_client_leaves(HOLD)


REFUSALS = (
    Fault("409", _answering(409, "ConditionalRequestConflict"), times=_AGAIN),
    Fault("412", _answering(412, "PreconditionFailed")),
    Fault("404", _answering(404, "NoSuchKey")),
    Fault("404-write", _answering(404, "NoSuchKey"), ("PutObject",), _AGAIN),
    Fault("404-upload", _answering(404, "NoSuchUpload"), _OF_AN_UPLOAD),
    Fault("403", _answering(403, "AccessDenied"), times=_AGAIN),
)
LOST_ANSWERS = (Fault("cut-after", _cut_after), Fault("cut-after-3", _cut_after, times=_TO_THE_END))
LATE_ONES = (
    Fault("late", _land_late, _ENDED_BY_ITS_CALLER),
    Fault("late-3", _land_late, _ENDED_BY_ITS_CALLER, _TO_THE_END),
)
ERROR_IN_200 = Fault("200-error", _answering(200, "InternalError"), _FAILING_WITH_200)
CUT_BODY = Fault("cut-body", _cut_half_way, _WITH_A_BODY)
OUTAGE = Fault("503-3", _answering(503, "SlowDown"), times=_TO_THE_END)
CUT_BEFORE = Fault("cut-before", _cut_before)

FAULTS = (
    *REFUSALS,
    Fault("403-once", _answering(403, "AccessDenied")),
    Fault("500", _answering(500, "InternalError")),
    Fault("500-3", _answering(500, "InternalError"), times=_TO_THE_END),
    Fault("503", _answering(503, "SlowDown")),
    OUTAGE,
    Fault("time-out", _hold_before, hangs=True),
    Fault("time-out-after", _hold_after, hangs=True),
    CUT_BEFORE,
    Fault("cut-before-3", _cut_before, times=_TO_THE_END),
    CUT_BODY,
    ERROR_IN_200,
    Fault("200-error-3", ERROR_IN_200.act, _FAILING_WITH_200, times=_TO_THE_END),
    *LOST_ANSWERS,
    *LATE_ONES,
)
PAIRED = (*REFUSALS, OUTAGE, CUT_BEFORE, CUT_BODY, ERROR_IN_200, *LOST_ANSWERS, LATE_ONES[1])
"""Those that differ in what the code can notice; the SDK's retries hide the others."""
