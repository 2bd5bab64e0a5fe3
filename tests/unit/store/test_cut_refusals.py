"""A refusal whose own body is cut on its way: the SDK lets the connection's error through as it is."""

from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from urllib3.exceptions import IncompleteRead, ProtocolError

from shared.domain.documents import Layout, Place
from shared.domain.errors import StoreUnavailableError
from shared.store.client import make_client
from shared.store.looks import look
from shared.store.manifests import ManifestStore
from shared.store.stored import Stored

PLACE = Place("docs", "manifests/a/manifest.jsonl")
LOOKED_AT = Stored(PLACE, '"etag"', 5)


class Whole(BytesIO):
    def stream(self, **_: object) -> Any:
        yield self.read()


class Cut(BytesIO):
    def stream(self, **_: object) -> Any:
        yield b"<Error>"
        raise ProtocolError("Connection broken", IncompleteRead(7, 400))


class Answers:
    """Refuses with these statuses, each in half a body, and then shows the object."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses)

    def __call__(self, request: Any, **_: object) -> AWSResponse:
        if request.method == "HEAD":
            return AWSResponse(request.url, 404, _headers(), Whole())
        if self._statuses:
            return AWSResponse(request.url, self._statuses.pop(0), _headers(), Cut())
        return AWSResponse(request.url, 200, _headers({"content-length": "5"}), Whole(b"lines"))


def _headers(given: dict[str, str] | None = None) -> Any:
    return HeadersDict(given or {})


def client_of(*statuses: int) -> Any:
    client = make_client(boto3.Session("key", "secret", region_name="us-east-1"), None)
    client.meta.events.register("before-send.s3", Answers(*statuses))  # type: ignore[arg-type]  # an answer instead
    return client


@pytest.mark.parametrize("status", [403, 404, 412])
def test_what_a_half_refusal_refused_is_asked_for_again(status: int) -> None:
    assert ManifestStore(client_of(status, status), Layout()).read(LOOKED_AT) == b"lines"


@pytest.mark.parametrize("status", [403, 404, 412])
def test_half_a_refusal_again_and_again_is_the_stores_failure_and_names_the_object(status: int) -> None:
    with pytest.raises(StoreUnavailableError, match=f"GET {PLACE}"):
        ManifestStore(client_of(*[status] * 9), Layout()).read(LOOKED_AT)


def test_half_a_404_is_never_read_as_absence() -> None:
    with pytest.raises(StoreUnavailableError, match=f"GET {PLACE}"):
        look(client_of(*[404] * 9), PLACE)
