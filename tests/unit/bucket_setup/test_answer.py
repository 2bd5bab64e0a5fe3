"""What CloudFormation is told, and how: over TLS, by a PUT without a type, and always."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.bucket_setup import answer
from functions.bucket_setup.answer import body, send
from functions.bucket_setup.memory import NOTHING, Memory
from functions.bucket_setup.request import Caller
from functions.bucket_setup.settled import settled
from shared.domain.errors import EventError, StoreUnavailableError
from tests.setting_up import STACK_ID, event

CALLER = Caller.of(event("Create"))


class Cloudformation(HTTPServer):
    """Takes answers at `url`; `statuses` are its own, 200 once there are no more."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken: list[tuple[str, str | None, bytes]] = []
        self.statuses: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_port}/answer?X-Amz-Signature=secret"


class Taking(BaseHTTPRequestHandler):
    server: Cloudformation

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, self.headers["Content-Type"], content))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def cloudformation() -> Iterator[Cloudformation]:
    with Cloudformation() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def no_wait(_: float) -> None:
    """Where the server needs none."""


def test_an_answer_repeats_whose_it_is() -> None:
    assert json.loads(body(CALLER, "reports:eventbridge-was-off", None)) == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "reports:eventbridge-was-off",
        "StackId": STACK_ID,
        "RequestId": "unique",
        "LogicalResourceId": "ExistingBucket",
    }


def test_a_failure_says_why() -> None:
    told = json.loads(body(CALLER, NOTHING, "there is no bucket"))
    assert (told["Status"], told["Reason"]) == ("FAILED", "there is no bucket")


def test_no_answer_is_larger_than_cloudformation_takes() -> None:
    longest = Memory.of("a" * 255, bridged=False)
    for _ in range(9):
        longest = longest.then(longest)
    assert len(str(longest)) <= 1024
    for why in ("ü€" * 1000, '"' * 2000, "\ud800" * 2000, "\x00\x1b" * 1000):
        assert len(body(CALLER, str(longest), why)) <= 4096


def test_it_is_put_without_a_type(cloudformation: Cloudformation) -> None:
    send(cloudformation.url, b"{}", tls=False)
    assert cloudformation.taken == [("/answer?X-Amz-Signature=secret", "", b"{}")]


def test_it_is_put_again_where_it_was_not_taken(cloudformation: Cloudformation) -> None:
    cloudformation.statuses = [503, 500]
    send(cloudformation.url, b"{}", tls=False, sleep=no_wait)
    assert len(cloudformation.taken) == 3


def test_an_address_that_takes_nothing_is_an_error_that_does_not_show_it(cloudformation: Cloudformation) -> None:
    cloudformation.statuses = [403] * 9
    with pytest.raises(StoreUnavailableError, match="HTTPError") as raised:
        send(cloudformation.url, b"{}", tls=False, sleep=no_wait)
    assert "secret" not in str(raised.value)


def test_nothing_is_sent_without_tls(cloudformation: Cloudformation) -> None:
    with pytest.raises(EventError, match="no https one") as raised:
        send(cloudformation.url, b"{}")
    assert cloudformation.taken == []
    assert "secret" not in str(raised.value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
NAMES = ("RequestType", "ResourceProperties", "PhysicalResourceId", "StackId")


@given(
    st.dictionaries(st.sampled_from(NAMES), anything),
    st.dictionaries(st.sampled_from(["BucketName", "LifecycleRules", "CorsRules", "Rule"]), anything),
)
def test_whatever_is_asked_and_whatever_goes_wrong_there_is_an_answer(told: Any, properties: Any) -> None:
    def broken(*_: object) -> NoReturn:
        raise RuntimeError

    asked = {**event("Create", **properties), **told}
    try:
        caller = Caller.of(asked)
    except EventError:
        return  # nowhere to answer to
    outcome = settled(asked, caller, broken)
    assert outcome.failure
    assert outcome.physical_id
    json.loads(body(caller, outcome.physical_id, outcome.failure))


@pytest.mark.parametrize(
    "broken", [None, [], {}, {"ResponseURL": 1, "StackId": 2, "RequestId": 3, "LogicalResourceId": 4}]
)
def test_what_can_be_answered_nowhere_is_an_error(broken: Any) -> None:
    with pytest.raises(EventError, match="no request of CloudFormation"):
        Caller.of(broken)


def test_all_tries_fit_into_the_time_that_is_kept_for_them() -> None:
    assert sum(answer._TRIES) + len(answer._TRIES) * answer._SECONDS <= 12  # noqa: SLF001 -- bucket.UNDOING counts on it
