"""What CloudFormation is told: JSON, put to the address it gave.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html: an answer has at most 4,096 bytes. The
address is presigned for a PUT without a type, so the header is sent, and empty.
"""

import json
import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.request import Request, build_opener

from functions.bucket_setup.request import Caller
from shared.domain.errors import EventError, StoreUnavailableError

_MOST_REASON = 1200  # bytes, which JSON may double; the resource's id has at most 1,024
_TRIES = (0, 1, 2)  # seconds before each
_SECONDS = 3


def body(caller: Caller, physical_id: str, failure: str | None) -> bytes:
    """`failure`: why; None where all went well."""
    told = {
        "Status": "FAILED" if failure else "SUCCESS",
        "PhysicalResourceId": physical_id,
        "StackId": caller.stack_id,
        "RequestId": caller.request_id,
        "LogicalResourceId": caller.logical_id,
    }
    if failure:
        plain = "".join(each if each.isprintable() else " " for each in failure)  # JSON makes six of such a one
        told["Reason"] = plain.encode(errors="replace")[:_MOST_REASON].decode(errors="ignore")
    return json.dumps(told, ensure_ascii=False).encode(errors="replace")


def send(url: str, content: bytes, *, tls: bool = True, sleep: Callable[[float], None] = time.sleep) -> None:
    """Raises EventError for another address than an https one, and StoreUnavailableError where it takes nothing.

    `tls`: False for an emulator, which has none.
    """
    if tls and not url.startswith("https://"):
        raise EventError("the address that CloudFormation gave for its answer is no https one: nothing was sent to it.")
    for wait in _TRIES:
        sleep(wait)
        try:
            return _put(url, content)
        except (OSError, HTTPException) as error:  # neither is shown: it may hold the address
            failed = type(error).__name__
    raise StoreUnavailableError(f"CloudFormation did not take the answer: {failed}. It waits for ServiceTimeout.")


def _put(url: str, content: bytes) -> None:
    request = Request(url, content, {"Content-Type": ""}, method="PUT")  # noqa: S310 -- looked at above
    with build_opener().open(request, timeout=_SECONDS):
        pass
