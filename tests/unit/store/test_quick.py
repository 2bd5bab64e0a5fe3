"""What is not plainly answered is asked again by the SDK, and so is what the SDK would ask elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from shared.store.quick import QuickClient

TOLD = {"content-length": "3", "last-modified": "Thu, 02 Apr 2026 08:11:43 GMT", "etag": '"e"'}
BY_THE_SDK = object()
WRITE: dict[str, Any] = {"Body": b"line", "ContentType": "text", "Metadata": {"commit": "1"}, "IfMatch": '"e"'}


class Answer:
    """What came back from the wire."""

    def __init__(self, status: int, **headers: str) -> None:
        self.status_code, self.headers = status, {**TOLD, **headers}
        self.content = b"" if status == 200 else b"abc"
        self.raw = self

    def close(self) -> None:
        self.content = None  # type: ignore[assignment]  # nobody reads it any more


class Wire:
    """The SDK's client and its connections: it answers what is sent directly with `answer`."""

    def __init__(self, answer: Answer | Exception, address: str = "https://docs.s3.amazonaws.com/") -> None:
        self.answer, self._address = answer, address
        self.sent: list[Any] = []
        self._endpoint = self.http_session = self.meta = self.config = self
        self.user_agent = "Boto3"
        self.paused: list[float] = []
        self.made = 0

    def again(self) -> Any:
        """The client that is asked again."""
        self.made += 1
        return self

    def send(self, request: Any) -> Answer:
        self.sent.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def generate_presigned_url(self, _name: str, **_: object) -> str:
        return f"{self._address}key?X-Amz-Signature=0"

    def head_object(self, **_: object) -> object:
        return BY_THE_SDK

    get_object = put_object = list_objects_v2 = head_object


class Signing:
    """No signature, but the address."""

    def address(self, bucket: str) -> str:
        return f"https://{bucket}.s3.amazonaws.com/"

    def signed(self, _method: str, bucket: str, key: str, headers: Any, _body: bytes = b"") -> Any:
        return self.address(bucket) + key, dict(headers)


def quick(wire: Wire) -> Any:
    return QuickClient(wire, Signing(), wire.again, wire.paused.append)  # type: ignore[arg-type]  # as much as is used


def head(client: Any) -> object:
    return client.head_object(Bucket="docs", Key="a.pdf")


def beginning(client: Any) -> object:
    return client.get_object(Bucket="docs", Key="a.pdf", Range="bytes=0-9")


def write(client: Any) -> object:
    return client.put_object(Bucket="docs", Key="a.pdf", **WRITE)


LOST = ReadTimeoutError(endpoint_url="https://docs.s3.amazonaws.com/")
ALL = pytest.mark.parametrize("ask", [head, beginning, write])


@ALL
@pytest.mark.parametrize("answer", [*map(Answer, (301, 400, 403, 409, 500, 503)), LOST, OSError("cut")])
def test_the_sdk_says_what_is_wrong(ask: Callable[[Any], object], answer: Answer | Exception) -> None:
    wire = Wire(answer)
    assert ask(quick(wire)) is BY_THE_SDK
    assert (len(wire.sent), wire.made) == (1, 1)


@ALL
@pytest.mark.parametrize(
    ("answer", "pauses"), [(Answer(403), 0), (Answer(500), 1), (Answer(503), 1), (LOST, 1), (OSError("cut"), 1)]
)
def test_a_store_that_is_busy_or_away_is_given_the_time_that_the_sdk_gives_it(
    ask: Callable[[Any], object], answer: Answer | Exception, pauses: int
) -> None:
    wire = Wire(answer)
    ask(quick(wire))
    assert len(wire.paused) == pauses
    assert all(0 <= seconds <= 1 for seconds in wire.paused)


@ALL
@pytest.mark.parametrize("address", ["https://docs.s3-fips.us-east-1.amazonaws.com/", "http://docs.s3.amazonaws.com/"])
def test_nothing_is_sent_where_the_sdk_would_send_nothing(ask: Callable[[Any], object], address: str) -> None:
    wire = Wire(Answer(200), address)
    assert ask(quick(wire)) is BY_THE_SDK
    assert (wire.sent, wire.made) == ([], 0)


@pytest.mark.parametrize("headers", [{"content-length": "many"}, {"last-modified": "yesterday"}])
def test_an_answer_that_cannot_be_read_is_asked_for_again(headers: dict[str, str]) -> None:
    assert head(quick(Wire(Answer(200, **headers)))) is BY_THE_SDK


def test_a_key_that_cannot_be_encoded_is_the_sdks_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Signing, "signed", lambda *_: "\ud800".encode())
    assert head(quick(Wire(Answer(200)))) is BY_THE_SDK


@pytest.mark.parametrize("how", [{}, {"Range": "bytes=5-"}, {"Range": "bytes=0-9", "IfMatch": '"e"'}])
def test_what_may_be_of_any_size_is_streamed_by_the_sdk(how: dict[str, str]) -> None:
    wire = Wire(Answer(206))
    assert quick(wire).get_object(Bucket="docs", Key="a.pdf", **how) is BY_THE_SDK
    assert wire.sent == []


def test_a_server_that_knows_no_ranges_is_the_sdks_and_its_whole_answer_is_not_read() -> None:
    answer = Answer(200)
    assert beginning(quick(Wire(answer))) is BY_THE_SDK
    assert answer.content is None


def test_a_part_that_does_not_tell_of_what_it_is_one_is_the_sdks() -> None:
    assert beginning(quick(Wire(Answer(206)))) is BY_THE_SDK
    told = {"content-range": "bytes 0-2/50"}
    found: Any = beginning(quick(Wire(Answer(206, **told))))
    assert found["ContentRange"] == told["content-range"]


@pytest.mark.parametrize("ask", [head, write])
def test_what_is_missing_is_not_asked_for_twice_by_a_head(ask: Callable[[Any], object]) -> None:
    wire = Wire(Answer(404))
    if ask is write:
        assert ask(quick(wire)) is BY_THE_SDK
        return
    with pytest.raises(ClientError) as missing:
        ask(quick(wire))
    assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert wire.made == 0


@pytest.mark.parametrize("wrong", ["no etag", "an error in it"])
def test_a_yes_that_is_none_is_not_taken_for_one(wrong: str) -> None:
    answer = Answer(200)
    if wrong == "no etag":
        del answer.headers["etag"]
    else:
        answer.content = b"<Error><Code>InternalError</Code></Error>"
    assert write(quick(Wire(answer))) is BY_THE_SDK


def test_what_a_write_says_besides_is_the_sdks_to_say() -> None:
    wire = Wire(Answer(200))
    assert quick(wire).put_object(Bucket="docs", Key="a.pdf", Body=b"", ServerSideEncryption="AES256") is BY_THE_SDK
    assert wire.sent == []


def test_the_trace_of_an_invocation_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "on_created")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988;Parent=53995c3f;Sampled=1")
    wire = Wire(Answer(200))
    head(quick(wire))
    assert wire.sent[0].headers["x-amzn-trace-id"] == "Root=1-5759e988;Parent=53995c3f;Sampled=1"


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchBucket"])
def test_that_there_is_no_such_object_is_asked_once_and_of_a_missing_bucket_the_sdk_tells(code: str) -> None:
    answer = Answer(404)
    answer.content = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()
    if code == "NoSuchBucket":
        assert beginning(quick(Wire(answer))) is BY_THE_SDK
    else:
        with pytest.raises(ClientError) as missing:
            beginning(quick(Wire(answer)))
        assert missing.value.response["Error"]["Code"] == "NoSuchKey"
        assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_write_whose_condition_does_not_hold_is_not_sent_again() -> None:
    with pytest.raises(ClientError) as refused:
        write(quick(Wire(Answer(412))))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412


def test_a_write_says_what_it_is_and_on_which_condition() -> None:
    wire = Wire(Answer(200))
    assert write(quick(wire)) == {"ETag": '"e"'}
    (request,) = wire.sent
    assert (request.method, request.body) == ("PUT", b"line")
    told = {"content-type": "text", "x-amz-meta-commit": "1", "if-match": '"e"', "user-agent": "Boto3"}
    assert dict(request.headers) == told


def test_all_else_is_the_sdks() -> None:
    assert quick(Wire(Answer(200))).list_objects_v2() is BY_THE_SDK
