"""Events that fail: how long they are tried again, and who is told meanwhile."""

from typing import Any

from shared.domain.retry import MOST, wait_after


def tries(template: dict[str, Any]) -> int:
    count: int = template["Parameters"]["MaxReceiveCount"]["Default"]
    return count


def test_the_longest_wait_between_two_tries_is_the_queues_own(resources: dict[str, Any]) -> None:
    assert resources["Events"]["VisibilityTimeout"] == MOST
    assert resources["Events"]["RedrivePolicy"]["maxReceiveCount"] == {"Ref": "MaxReceiveCount"}


def test_an_outage_of_half_an_hour_sends_no_event_to_the_dead_letter_queue(template: dict[str, Any]) -> None:
    assert sum(map(wait_after, range(1, tries(template)))) > 30 * 60


def test_events_that_keep_failing_alarm_before_they_are_in_the_dead_letter_queue(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    alarm = resources["FailedEventsAlarm"]
    assert alarm["Period"] > MOST  # no period without a failure lies between two failures
    given_up = sum(map(wait_after, range(1, tries(template) + 1)))
    assert alarm["Period"] * alarm["EvaluationPeriods"] < given_up
