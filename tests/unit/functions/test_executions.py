"""Of executions that would scan the same, the oldest goes on; the others learn its name."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from functions.full_scan import executions
from functions.full_scan.executions import Execution, older

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

ARN = "arn:aws:states:eu-west-1:123456789012"
MACHINE = f"{ARN}:stateMachine:scans"
SAME, OTHER = "{}", '{"prefix": "a/"}'


def arn(name: str) -> str:
    return f"{ARN}:execution:scans:{name}"


def began(second: float) -> datetime:
    return datetime.fromtimestamp(1_775_116_800 + second, UTC)


def own(name: str, second: float) -> Execution:
    return Execution(arn(name), MACHINE, began(second).isoformat().replace("+00:00", "Z"))


class Asked:
    """Step Functions, that answers what a test says, if it is asked for it."""

    def __init__(self) -> None:
        session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="eu-west-1")
        once = Config(retries={"total_max_attempts": 1})
        self.client: SFNClient = session.client("stepfunctions", config=once)
        self.stub = Stubber(self.client)

    def lists(self, *running: tuple[str, float], after: str | None = None, more: str | None = None) -> None:
        found = [
            {
                "executionArn": arn(name),
                "stateMachineArn": MACHINE,
                "name": name,
                "status": "RUNNING",
                "startDate": began(at),
            }
            for name, at in running
        ]
        asked = {"stateMachineArn": MACHINE, "statusFilter": "RUNNING"} | ({"nextToken": after} if after else {})
        self.stub.add_response("list_executions", {"executions": found} | ({"nextToken": more} if more else {}), asked)

    def describes(self, name: str, given: str | None) -> None:
        told: dict[str, Any] = {
            "executionArn": arn(name),
            "stateMachineArn": MACHINE,
            "status": "RUNNING",
            "startDate": began(0),
        }
        told |= {} if given is None else {"input": given}
        self.stub.add_response("describe_execution", told, {"executionArn": arn(name)})

    def older(self, execution: Execution) -> str | None:
        with self.stub:
            found = older(self.client, execution, lambda given: given == SAME)
        self.stub.assert_no_pending_responses()
        return found


def warned(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """What the one warning tells."""
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    return vars(record)


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_the_oldest_goes_on_and_asks_of_no_other(asked: Asked) -> None:
    asked.lists(("c", 3), ("b", 2), ("a", 1))
    assert asked.older(own("a", 1)) is None


def test_a_younger_one_learns_which_does_the_work(asked: Asked) -> None:
    asked.lists(("c", 3), ("b", 2), ("a", 1))
    asked.describes("a", SAME)
    assert asked.older(own("c", 3)) == arn("a")


def test_alone_it_goes_on(asked: Asked) -> None:
    asked.lists(("a", 1))
    assert asked.older(own("a", 1)) is None


@pytest.mark.parametrize("given", [OTHER, "", None])
def test_one_that_scans_something_else_is_none_to_leave_work_to(asked: Asked, given: str | None) -> None:
    asked.lists(("b", 2), ("a", 1))
    asked.describes("a", given)
    assert asked.older(own("b", 2)) is None


def test_the_next_older_one_is_asked_of_too(asked: Asked) -> None:
    asked.lists(("c", 3), ("b", 2), ("a", 1))
    asked.describes("a", OTHER)
    asked.describes("b", SAME)
    assert asked.older(own("c", 3)) == arn("b")


def test_of_those_that_began_together_the_one_with_the_first_name_goes_on() -> None:
    for name, found in (("a", None), ("b", arn("a"))):
        asked = Asked()
        asked.lists(("b", 1), ("a", 1))
        if found:
            asked.describes("a", SAME)
        assert asked.older(own(name, 1)) == found


def test_one_that_is_not_listed_yet_began_when_it_says(asked: Asked) -> None:
    asked.lists(("c", 3), ("a", 1))
    asked.describes("a", SAME)
    assert asked.older(own("b", 2)) == arn("a")


def test_and_is_the_oldest_where_all_that_is_listed_began_later(asked: Asked) -> None:
    asked.lists(("c", 3), ("b", 2))
    assert asked.older(own("a", 1)) is None


def test_when_it_began_is_what_the_list_says_where_it_is_in_it(asked: Asked) -> None:
    asked.lists(("b", 2.5), ("a", 2.6))
    assert asked.older(own("b", 9)) is None


def test_every_page_of_the_list_is_looked_at(asked: Asked) -> None:
    asked.lists(("d", 4), more="next")
    asked.lists(("c", 3), ("b", 2), after="next", more="last")
    asked.lists(("a", 1), after="last")
    asked.describes("a", SAME)
    assert asked.older(own("d", 4)) == arn("a")


@pytest.mark.parametrize("operation", ["list_executions", "describe_execution"])
def test_without_the_right_to_ask_it_goes_on_and_says_which_rights_are_missing(
    asked: Asked, operation: str, caplog: pytest.LogCaptureFixture
) -> None:
    if operation == "describe_execution":
        asked.lists(("b", 2), ("a", 1))
    asked.stub.add_client_error(operation, "AccessDeniedException", "arn:secret")
    assert asked.older(own("b", 2)) is None
    told = warned(caplog)
    assert told["machine"] == MACHINE
    assert "AccessDeniedException. Allow states:ListExecutions and states:DescribeExecution" in told["why"]


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError", "StateMachineDoesNotExist"])
@pytest.mark.parametrize("operation", ["list_executions", "describe_execution"])
def test_whatever_else_goes_wrong_it_goes_on_and_says_so(
    asked: Asked, operation: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    if operation == "describe_execution":
        asked.lists(("b", 2), ("a", 1))
    asked.stub.add_client_error(operation, code)
    assert asked.older(own("b", 2)) is None
    assert warned(caplog)["why"] == code


def test_and_so_where_nothing_answers(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://states")

    asked.client.meta.events.register("before-send.sfn.ListExecutions", refuse)
    assert older(asked.client, own("a", 1), bool) is None
    assert warned(caplog)["why"] == "EndpointConnectionError"


def test_it_is_asked_in_time_and_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    config: Any = executions.client().meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 10)
    assert config.retries == {"mode": "standard", "total_max_attempts": 4}
