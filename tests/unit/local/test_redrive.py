"""Dead-lettered events go back: each of them, once where nothing interrupts, never fewer, and not for ever."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from local.deployed.reached import Reached
from local.operating.asked import OperatingError
from local.operating.redrive import Redrive

STACK = Reached("pdf-links", {"QueueUrl": "queue", "DeadLetterQueueUrl": "dead"}, {})


class KilledError(Exception):
    """The process is, right before a request."""


@dataclass
class Sqs:
    """Two queues; `fails`: what is sent comes back at once. It knows no tasks. Hidden messages are seen no more."""

    dead: dict[str, str] = field(default_factory=dict)
    queue: list[str] = field(default_factory=list)
    fails: bool = False
    killed_at: int = -1
    refuses: bool = False

    def __post_init__(self) -> None:
        self.hidden: set[str] = set()
        self.requests = self.sent = 0

    def _asked(self) -> None:
        if self.requests == self.killed_at:
            raise KilledError
        self.requests += 1

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803
        known = {"ApproximateNumberOfMessages": str(len(self.dead)), "QueueArn": f"arn:{QueueUrl}"}
        known |= {"ApproximateNumberOfMessagesNotVisible": str(len(self.hidden))}
        return {"Attributes": {name: known[name] for name in AttributeNames}}

    def list_message_move_tasks(self, **_: object) -> Any:
        raise ClientError({"Error": {"Code": "InvalidAction"}}, "ListMessageMoveTasks")

    def receive_message(self, MaxNumberOfMessages: int, **_: object) -> dict[str, Any]:  # noqa: N803
        self._asked()
        seen = [each for each in self.dead if each not in self.hidden][:MaxNumberOfMessages]
        self.hidden.update(seen)
        return {"Messages": [{"MessageId": each, "Body": self.dead[each], "ReceiptHandle": each} for each in seen]}

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        self._asked()
        assert QueueUrl == "queue"
        if self.refuses:
            return {"Successful": [], "Failed": [{"Message": "no room"}]}
        names = [f"new-{self.sent + number}" for number, _ in enumerate(Entries)]
        self.sent += len(Entries)
        if self.fails:
            self.dead |= {name: each["MessageBody"] for name, each in zip(names, Entries, strict=True)}
        else:
            self.queue += [each["MessageBody"] for each in Entries]
        return {"Successful": [{"MessageId": name} for name in names]}

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> None:  # noqa: N803
        self._asked()
        assert QueueUrl == "dead"
        for each in Entries:
            del self.dead[each["ReceiptHandle"]]


def dead(many: int) -> dict[str, str]:
    return {f"id-{number}": f"event {number}" for number in range(many)}


def run(sqs: Any, told: list[tuple[int, int]] | None = None) -> int:
    said = told if told is not None else []
    return Redrive(cast("Any", sqs), STACK, lambda _: None).run(lambda done, of: said.append((done, of)))


def test_all_go_back_in_batches_and_it_says_how_many() -> None:
    sqs, told = Sqs(dead(23)), list[tuple[int, int]]()
    assert run(sqs, told) == 23
    assert (sqs.queue, sqs.dead) == (list(dead(23).values()), {})
    assert told == [(10, 23), (20, 23), (23, 23)]


def test_where_there_are_none_nothing_is_asked() -> None:
    sqs = Sqs()
    assert run(sqs) == 0
    assert not sqs.requests


def test_killed_before_any_request_it_loses_nothing_and_the_next_one_ends_it() -> None:
    for at in range(9):
        sqs = Sqs(dead(23), killed_at=at)
        with pytest.raises(KilledError):
            run(sqs)
        assert {*sqs.queue, *sqs.dead.values()} == set(dead(23).values())
        sqs.hidden.clear()
        sqs.killed_at = -1
        run(sqs)
        assert not sqs.dead
        assert set(sqs.queue) == set(dead(23).values())


def test_what_fails_again_comes_back_and_is_left_there() -> None:
    sqs = Sqs(dead(12), fails=True)
    assert run(sqs) == 12
    assert len(sqs.dead) == 12
    assert sqs.sent == 12


def test_what_is_not_taken_is_not_deleted() -> None:
    sqs = Sqs(dead(3), refuses=True)
    with pytest.raises(OperatingError, match="no room"):
        run(sqs)
    assert len(sqs.dead) == 3


@dataclass
class Tasks(Sqs):
    """It knows tasks: each look at the last of them shows the next of these."""

    looks: list[dict[str, Any]] = field(default_factory=list)
    started: int = 0
    refused: str = ""

    def start_message_move_task(self, SourceArn: str, DestinationArn: str) -> None:  # noqa: N803
        """Without a destination a task fails at the first event that came from no queue, as EventBridge's have not."""
        assert (SourceArn, DestinationArn) == ("arn:dead", "arn:queue")
        if self.refused:
            raise ClientError({"Error": {"Code": self.refused}}, "StartMessageMoveTask")
        self.started += 1

    def list_message_move_tasks(self, **_: object) -> Any:
        return {"Results": [self.looks.pop(0)] if self.looks else []}


def task(status: str, moved: int = 0, **other: object) -> dict[str, Any]:
    return {
        "Status": status,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": 23,
        **other,
    }


def test_where_sqs_moves_them_itself_it_is_asked_and_watched() -> None:
    earlier = task("COMPLETED", 5)
    looks = [earlier, earlier, task("RUNNING", 4), task("COMPLETED", 23)]  # what is listed may be some moments old
    sqs, told = Tasks(dead(23), looks=looks), list[tuple[int, int]]()
    assert run(sqs, told) == 23
    assert (sqs.started, sqs.requests, told) == (1, 0, [(4, 23)])


def test_a_task_that_runs_already_is_watched_and_no_second_started() -> None:
    sqs = Tasks(dead(3), looks=[task("RUNNING", 4), task("RUNNING", 9), task("COMPLETED", 23)])
    assert run(sqs) == 23
    assert not sqs.started


@pytest.mark.parametrize("code", ["UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"])
def test_of_two_at_once_the_one_that_loses_follows_the_others_task(code: str) -> None:
    earlier = task("COMPLETED", 5)
    looks = [earlier, earlier, *(task("RUNNING", moved) for moved in (4, 9)), task("COMPLETED", 23)]
    sqs = Tasks(dead(23), looks=looks, refused=code)
    assert run(sqs) == 23


def test_where_none_runs_a_refusal_is_told() -> None:
    earlier = task("COMPLETED", 5)
    with pytest.raises(ClientError, match="UnsupportedOperation"):
        run(Tasks(dead(23), looks=[earlier] * 9, refused="UnsupportedOperation"))
    with pytest.raises(ClientError, match="AccessDenied"):
        run(Tasks(dead(23), looks=[earlier, task("RUNNING")], refused="AccessDenied"))


def test_a_task_that_failed_is_told_with_its_reason_and_not_as_if_it_went_on_by_itself() -> None:
    sqs = Tasks(dead(23), looks=[task("COMPLETED"), task("FAILED", 4, FailureReason="AccessDenied")])
    with pytest.raises(OperatingError, match=r"moved 4 events.*FAILED: AccessDenied\..*mend that") as told:
        run(sqs)
    assert "it goes on" not in str(told.value)


def test_none_are_moved_by_no_task() -> None:
    sqs = Tasks(looks=[task("COMPLETED", 5)])
    assert run(sqs) == 0
    assert not sqs.started


def test_another_error_of_sqs_is_not_taken_for_a_missing_action() -> None:
    class Refusing(Sqs):
        def list_message_move_tasks(self, **_: object) -> Any:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "ListMessageMoveTasks")

    with pytest.raises(ClientError):
        run(Refusing(dead(3)))
