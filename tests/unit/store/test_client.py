"""What S3's answers mean to a person, and looking at documents."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from shared.domain.deadline import Deadline
from shared.domain.documents import Place
from shared.domain.errors import (
    AccessDeniedError,
    BucketMissingError,
    ConfigError,
    CredentialsError,
    EventError,
    StoreUnavailableError,
)
from shared.domain.manifest import Document
from shared.store.bucket import Bucket, Found
from shared.store.failures import code_of, explain, is_passing, status_of
from tests.fake_objects import refusal
from tests.fake_s3 import FakeS3
from tests.world import Inline, at, raising

PLACE = Place("docs", "a/1.pdf")
ADDRESS = "http://127.0.0.1:1/docs/a/1.pdf?X-Amz-Signature=secret"


def answered(status: int, code: str) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetObject")


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (answered(403, "AccessDenied"), AccessDeniedError),
        (answered(403, "403"), AccessDeniedError),
        (answered(403, "SignatureDoesNotMatch"), AccessDeniedError),
        (answered(401, "Unauthorized"), AccessDeniedError),
        (answered(400, "ExpiredToken"), CredentialsError),
        (NoCredentialsError(), CredentialsError),
        (answered(404, "NoSuchBucket"), BucketMissingError),
        (ParamValidationError(report="bad bucket"), BucketMissingError),
        (answered(301, "PermanentRedirect"), ConfigError),
        (answered(400, "AuthorizationHeaderMalformed"), ConfigError),
        (answered(500, "InternalError"), StoreUnavailableError),
        (answered(503, "SlowDown"), StoreUnavailableError),
        (EndpointConnectionError(endpoint_url=ADDRESS), StoreUnavailableError),
        (ConnectTimeoutError(endpoint_url=ADDRESS), StoreUnavailableError),
        (OSError("cut"), StoreUnavailableError),
    ],
)
def test_an_answer_becomes_the_error_a_person_can_act_on(error: Exception, meaning: type[Exception]) -> None:
    told = explain(error, "GET", PLACE)
    assert type(told) is meaning
    assert "GET s3://docs/a/1.pdf" in str(told)
    assert "secret" not in str(told)


def test_an_error_of_ours_is_told_as_it_is() -> None:
    error = EventError("as it is")
    assert explain(error, "GET", PLACE) is error


@pytest.mark.parametrize(
    "error", [answered(500, "x"), answered(503, "SlowDown"), answered(400, "RequestTimeout"), OSError("cut")]
)
def test_what_may_go_well_the_next_time_is_passing(error: Exception) -> None:
    assert is_passing(error)


@pytest.mark.parametrize(
    "error", [answered(403, "AccessDenied"), answered(404, "NoSuchBucket"), answered(400, "x"), NoCredentialsError()]
)
def test_what_will_go_wrong_again_is_not(error: Exception) -> None:
    assert not is_passing(error)


def test_where_there_was_no_answer_there_is_no_status() -> None:
    assert (status_of(OSError("cut")), code_of(OSError("cut"))) == (0, "")
    assert (status_of(answered(409, "c")), code_of(answered(409, "c"))) == (409, "c")


# Looking at documents


@pytest.fixture
def s3() -> FakeS3:
    s3 = FakeS3()
    s3.upload("a/1.pdf", b"12345")
    return s3


def observe(s3: FakeS3, *keys: str, bucket: str = "docs") -> Found:
    client: Any = s3
    return Bucket(client, Inline()).observe(bucket, keys, Deadline(lambda: 60))


@pytest.mark.parametrize("others", [(), ("a/none.pdf",)])
def test_a_document_is_seen_with_size_etag_and_time(s3: FakeS3, others: tuple[str, ...]) -> None:
    etag = s3.buckets["docs"]["a/1.pdf"].etag.strip('"')
    assert observe(s3, "a/1.pdf", *others).seen["a/1.pdf"] == Document("a/1.pdf", 5, etag, "2026-04-02T08:00:00Z")


def test_what_is_gone_is_seen_as_none(s3: FakeS3) -> None:
    assert observe(s3, "a/none.pdf").seen == {"a/none.pdf": None}


def test_what_came_back_between_two_looks_is_there(s3: FakeS3) -> None:
    s3.before = at("get_object", lambda: s3.upload("a/2.pdf"))
    assert observe(s3, "a/2.pdf").seen["a/2.pdf"]


def test_the_404_of_a_missing_bucket_is_not_read_as_gone(s3: FakeS3) -> None:
    with pytest.raises(BucketMissingError, match="nowhere"):
        observe(s3, "a/1.pdf", bucket="nowhere")


@pytest.mark.parametrize("operation", ["head_object", "get_object"])
@pytest.mark.parametrize("keys", [("a/none.pdf",), ("a/1.pdf", "a/none.pdf")])
def test_a_403_is_not_read_as_gone(s3: FakeS3, operation: str, keys: tuple[str, ...]) -> None:
    s3.before = at(operation, raising(refusal("AccessDenied")), "a/none.pdf")
    found = observe(s3, *keys)
    assert found.seen.keys() == set(keys) - {"a/none.pdf"}
    assert isinstance(found.refused["a/none.pdf"], AccessDeniedError)
    assert "a/none.pdf" in str(found.refused["a/none.pdf"])


def test_nothing_to_look_at_is_no_request(s3: FakeS3) -> None:
    assert observe(s3) == Found({}, {})
    assert s3.calls == []


def test_many_are_looked_at_side_by_side(s3: FakeS3) -> None:
    """Each look waits for all the others: one after the other it would never end."""
    all_at_once = Barrier(4, timeout=10)

    def wait(name: str, _: dict[str, Any]) -> None:
        if name == "head_object":
            all_at_once.wait()

    s3.before = wait
    client: Any = s3
    with ThreadPoolExecutor(4) as pool:
        found = Bucket(client, pool).observe("docs", [f"a/{number}.pdf" for number in range(4)], Deadline(lambda: 60))
    assert len(found.seen) == 4
