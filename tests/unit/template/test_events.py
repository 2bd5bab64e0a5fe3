"""The event path: what S3 tells the queue, and how its messages reach the function."""

from typing import Any

import pytest

from local.deployed.choice import Choice
from shared.domain import events


def test_a_message_stays_hidden_for_six_time_outs_and_the_batching_window(resources: dict[str, Any]) -> None:
    function = resources["OnCreated"]
    window = resources["OnCreatedChanges"]["MaximumBatchingWindowInSeconds"]
    assert resources["Events"]["VisibilityTimeout"] >= 6 * function["Timeout"] + window


def test_batches_above_ten_have_a_window_and_name_what_failed(resources: dict[str, Any]) -> None:
    source = resources["OnCreatedChanges"]
    assert source["BatchSize"] > 10
    assert source["MaximumBatchingWindowInSeconds"] >= 1
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_writers_of_a_manifest_are_bounded_by_a_literal_number(resources: dict[str, Any]) -> None:
    scaling = resources["OnCreatedChanges"]["ScalingConfig"]
    assert type(scaling["MaximumConcurrency"]) is int
    assert scaling["MaximumConcurrency"] >= 2  # the least that Lambda takes


def test_every_kind_of_change_is_told_in_either_case_of_the_suffix(template: dict[str, Any]) -> None:
    notification = template["Resources"]["Documents"]["Properties"]["NotificationConfiguration"]
    told = Choice(template).value(notification["QueueConfigurations"])
    filters = {(to["Event"], rule["Value"]) for to in told for rule in to["Filter"]["S3Key"]["Rules"]}
    kinds = (
        "ObjectCreated:*",
        "ObjectRemoved:*",
        "LifecycleExpiration:*",
        "LifecycleTransition",
        "ObjectRestore:Completed",
        "ObjectRestore:Delete",
    )
    assert filters == {(f"s3:{kind}", suffix) for kind in kinds for suffix in (".pdf", ".PDF")}
    assert all(to["Queue"] == {"Fn::GetAtt": "Events.Arn"} for to in told)


def allowed(template: dict[str, Any], policy: str, **chosen: str) -> list[dict[str, Any]]:
    """The statements of a queue's policy that are there with these parameters."""
    found = template["Resources"][policy]["Properties"]["PolicyDocument"]["Statement"]
    values = map(Choice(template, **chosen).value, found)
    return [value for value in values if value != {"Ref": "AWS::NoValue"}]


def test_only_the_documents_bucket_of_this_account_may_send_events(template: dict[str, Any]) -> None:
    (statement,) = allowed(template, "EventsPolicy")
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    _, named, derived = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::If"]
    _, name, default = template["Resources"]["Documents"]["Properties"]["BucketName"]["Fn::If"]
    assert named["Fn::Sub"].endswith(f":::${{{name['Ref']}}}")
    assert derived["Fn::Sub"].endswith(f":::{default['Fn::Sub']}")
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


@pytest.mark.parametrize("chosen", [{"EventSource": "eventbridge"}, {"ExistingBucketName": "reports"}])
def test_where_eventbridge_tells_only_its_rule_may_send_events_and_what_it_cannot_deliver(
    template: dict[str, Any], chosen: dict[str, str]
) -> None:
    for policy, queue in (("EventsPolicy", "Events"), ("DeadEventsPolicy", "DeadEvents")):
        (statement,) = allowed(template, policy, **chosen)
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert (statement["Action"], statement["Resource"]) == ("sqs:SendMessage", {"Fn::GetAtt": f"{queue}.Arn"})
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": "DocumentsChanged.Arn"}}}
        assert template["Resources"][policy]["Properties"]["Queues"] == [{"Ref": queue}]


def test_on_the_way_from_one_source_to_the_other_both_may(template: dict[str, Any]) -> None:
    both = allowed(template, "EventsPolicy", EventSource="both")
    assert [each["Principal"]["Service"] for each in both] == ["s3.amazonaws.com", "events.amazonaws.com"]


@pytest.mark.parametrize(("source", "queue", "bridge"), [("s3", 1, 0), ("both", 1, 1), ("eventbridge", 0, 1)])
def test_a_bucket_of_its_own_tells_whom_it_is_to_tell(
    template: dict[str, Any], source: str, queue: int, bridge: int
) -> None:
    told = template["Resources"]["Documents"]["Properties"]["NotificationConfiguration"]
    choice = Choice(template, EventSource=source)
    assert (choice.value(told["QueueConfigurations"]) != {"Ref": "AWS::NoValue"}) == bool(queue)
    enabled = choice.value(told["EventBridgeConfiguration"])
    assert enabled == ({"EventBridgeEnabled": True} if bridge else {"Ref": "AWS::NoValue"})
    assert ("DocumentsChanged" in choice.there()) == bool(bridge)


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        ({"ExistingBucketName": "reports"}, {"Ref": "BucketChecked"}),
        ({"EventSource": "eventbridge", "BucketName": "named"}, "named"),
        ({"EventSource": "eventbridge"}, "${AWS::StackName}-${AWS::AccountId}-${AWS::Region}"),
    ],
)
def test_the_rule_listens_to_the_documents_bucket_alone(
    template: dict[str, Any], chosen: dict[str, str], name: Any
) -> None:
    pattern = template["Resources"]["DocumentsChanged"]["Properties"]["EventPattern"]
    (bucket,) = pattern["detail"]["bucket"]["name"]
    assert Choice(template, **chosen).value(bucket) == name
    assert pattern["source"] == ["aws.s3"]


def test_the_rule_lets_every_kind_of_change_through_in_any_case_of_the_suffix(resources: dict[str, Any]) -> None:
    """A kind that no function looks at would be paid for; one that is left out, lost."""
    pattern = resources["DocumentsChanged"]["EventPattern"]
    assert tuple(pattern["detail-type"]) == events._LOOKED_AT_BRIDGED  # noqa: SLF001 -- said in two languages
    assert pattern["detail"]["object"] == {"key": [{"suffix": {"equals-ignore-case": ".pdf"}}]}


def test_what_the_rule_cannot_deliver_is_kept_with_what_was_tried_in_vain(resources: dict[str, Any]) -> None:
    (target,) = resources["DocumentsChanged"]["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": "Events.Arn"}
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": "DeadEvents.Arn"}}
