"""The event path: what S3 tells the queue, and how its messages reach the function."""

from typing import Any


def test_a_message_stays_hidden_for_six_time_outs_and_the_batching_window(resources: dict[str, Any]) -> None:
    function = resources["OnCreated"]
    window = function["Events"]["Changes"]["Properties"]["MaximumBatchingWindowInSeconds"]
    assert resources["Events"]["VisibilityTimeout"] >= 6 * function["Timeout"] + window


def test_batches_above_ten_have_a_window_and_name_what_failed(resources: dict[str, Any]) -> None:
    source = resources["OnCreated"]["Events"]["Changes"]["Properties"]
    assert source["BatchSize"] > 10
    assert source["MaximumBatchingWindowInSeconds"] >= 1
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_writers_of_a_manifest_are_bounded_by_a_literal_number(resources: dict[str, Any]) -> None:
    scaling = resources["OnCreated"]["Events"]["Changes"]["Properties"]["ScalingConfig"]
    assert type(scaling["MaximumConcurrency"]) is int
    assert scaling["MaximumConcurrency"] >= 2  # the least that Lambda takes


def test_every_kind_of_change_is_told_in_either_case_of_the_suffix(resources: dict[str, Any]) -> None:
    told = resources["Documents"]["NotificationConfiguration"]["QueueConfigurations"]
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


def test_only_the_documents_bucket_of_this_account_may_send_events(resources: dict[str, Any]) -> None:
    (statement,) = resources["EventsPolicy"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    _, named, derived = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::If"]
    _, name, default = resources["Documents"]["BucketName"]["Fn::If"]
    assert named["Fn::Sub"].endswith(f":::${{{name['Ref']}}}")
    assert derived["Fn::Sub"].endswith(f":::{default['Fn::Sub']}")
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
