"""The template on a bucket that was there before it, with settings of its own: before, with, and after the stack.

Its tests stand in the order of a stack's life: one emulator for all of them, and a stack that each leaves to the next.
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.deployed.aws import Aws
from local.deployed.deployment import DeploymentError, delete, deploy, update
from local.deployed.emulator import emulator
from local.deployed.library import Library, fetch, seconds_until
from local.sharing import actions
from shared.domain.documents import Folder

pytestmark = pytest.mark.xdist_group("existing")

PDF = b"%PDF-1.7 a report"
CHOSEN = {"RefreshState": "DISABLED"}  # no refresh may heal what an event missed
OURS = {**CHOSEN, "ExistingBucketName": "reports", "SweepUploadsDays": "7"}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running.aws()


@pytest.fixture(scope="module")
def others(aws: Aws) -> str:
    """Somebody's bucket, which tells a queue of theirs, sweeps what is temporary, and lets a page of theirs upload."""
    aws.s3.create_bucket(Bucket="reports")
    queue = aws.sqs.create_queue(QueueName="theirs")["QueueUrl"]
    arn = aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    told: Any = {"Id": "theirs", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    aws.s3.put_bucket_notification_configuration(
        Bucket="reports", NotificationConfiguration={"QueueConfigurations": [told]}, SkipDestinationValidation=True
    )
    rule: Any = {"Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}}
    aws.s3.put_bucket_lifecycle_configuration(Bucket="reports", LifecycleConfiguration={"Rules": [rule]})
    cors: Any = {"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://theirs.example"]}
    aws.s3.put_bucket_cors(Bucket="reports", CORSConfiguration={"CORSRules": [cors]})
    return "reports"


@pytest.fixture(scope="module")
def before(aws: Aws, others: str) -> list[Any]:
    return settings(aws, others)


@pytest.fixture(scope="module")
def library(aws: Aws, before: list[Any]) -> Library:  # noqa: ARG001 -- a look at the bucket comes first
    return Library(deploy(aws, OURS))


def settings(aws: Aws, bucket: str) -> list[Any]:
    """All that may be changed of it."""
    s3 = aws.s3
    return [
        answered(partial(look, Bucket=bucket))
        for look in (
            s3.get_bucket_notification_configuration,
            s3.get_bucket_lifecycle_configuration,
            s3.get_bucket_cors,
        )
    ]


def answered(look: Any) -> Any:
    try:
        found = look()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def buckets(aws: Aws) -> set[str]:
    return {bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"] if "artifacts" not in bucket["Name"]}


def test_a_bucket_that_is_missing_fails_the_deployment_with_a_sentence_and_leaves_nothing(aws: Aws) -> None:
    with pytest.raises(DeploymentError, match="there is no bucket 'reports': make it in us-east-1, or name another"):
        deploy(aws, OURS)
    delete(aws)
    assert buckets(aws) == set()


def test_the_next_try_works_and_any_case_of_the_suffix_is_heard(library: Library) -> None:
    library.upload("2026/04/q1.Pdf", PDF)
    seconds_until(partial(library.shows, "2026/04/q1.Pdf"), "the document listed")
    line = library.line("2026/04/q1.Pdf")
    assert line
    assert fetch(str(line.url)) == PDF


def test_manifests_lie_in_a_bucket_of_the_stack_s_own(library: Library) -> None:
    place = library.layout.manifest_of(Folder("reports", "2026/04/"))
    assert place.bucket not in ("reports", "")
    keys = [found["Key"] for found in library.aws.s3.list_objects_v2(Bucket="reports")["Contents"]]
    assert keys == ["2026/04/q1.Pdf"]


def test_what_is_ours_is_beside_what_is_theirs(library: Library, before: list[Any]) -> None:
    notification, lifecycle, cors = settings(library.aws, "reports")
    assert notification == {**before[0], "EventBridgeConfiguration": {}}
    theirs, ours = lifecycle["Rules"]
    assert [theirs] == before[1]["Rules"]
    assert ours["ID"].startswith("pdf-links/")
    assert ours["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert cors == before[2]


def test_a_deleted_document_is_heard_too(library: Library) -> None:
    library.upload("2026/05/q2.PDF", PDF)
    seconds_until(partial(library.shows, "2026/05/q2.PDF"), "the document listed")
    library.delete("2026/05/q2.PDF")
    seconds_until(lambda: not library.shows("2026/05/q2.PDF"), "the document gone")


def test_a_topic_between_s3_and_the_function_is_heard(library: Library) -> None:
    """As docs/existing-bucket.md has it, where EventBridge is not to be used."""
    client, function = partial(library.aws.session.client, endpoint_url=library.stack.endpoint_url), on_created(library)
    sns, lambda_ = client("sns"), library.aws.lambda_
    topic = sns.create_topic(Name="uploads")["TopicArn"]
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    lambda_.add_permission(
        FunctionName=function,
        StatementId="topic",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    with library.unheard():
        told: Any = {"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]}
        library.aws.s3.put_bucket_notification_configuration(Bucket="reports", NotificationConfiguration=told)
        library.upload("2026/06/by topic+.pdf", PDF)
        seconds_until(partial(library.shows, "2026/06/by topic+.pdf"), "the document listed")


def on_created(library: Library) -> str:
    named = library.aws.lambda_.get_function(FunctionName=library.stack.on_created_function)
    return named["Configuration"]["FunctionArn"]


def test_an_update_takes_out_what_is_no_longer_wanted(library: Library, before: list[Any]) -> None:
    update(library.aws, {"SweepUploadsDays": ""})
    assert settings(library.aws, "reports")[1:] == before[1:]


def test_an_update_to_a_bucket_of_another_region_is_rolled_back(library: Library) -> None:
    stack, as_it_is = library.stack, settings(library.aws, "reports")
    elsewhere = boto3.client(
        "s3",
        region_name="eu-west-1",
        endpoint_url=stack.endpoint_url,
        aws_access_key_id=stack.access_key_id,
        aws_secret_access_key=stack.secret_access_key,
    )
    elsewhere.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    with pytest.raises(DeploymentError, match="bucket 'elsewhere' is in eu-west-1, and this stack in us-east-1"):
        update(library.aws, {**OURS, "ExistingBucketName": "elsewhere"})
    assert settings(library.aws, "reports") == as_it_is


def test_an_update_to_another_bucket_takes_the_first_one_back(library: Library, before: list[Any]) -> None:
    library.aws.s3.create_bucket(Bucket="archive")
    update(library.aws, {**OURS, "ExistingBucketName": "archive"})
    assert settings(library.aws, "reports") == before
    assert settings(library.aws, "archive")[0] == {"EventBridgeConfiguration": {}}
    update(library.aws, OURS)
    assert settings(library.aws, "archive") == [{}, "NoSuchLifecycleConfiguration", "NoSuchCORSConfiguration"]


def test_a_deleted_stack_leaves_the_bucket_as_it_was_and_its_documents_there(
    library: Library, before: list[Any]
) -> None:
    delete(library.aws)
    assert settings(library.aws, "reports") == before
    found = library.aws.s3.get_object(Bucket="reports", Key="2026/04/q1.Pdf")
    assert found["Body"].read() == PDF


def test_deployed_again_a_scan_finds_what_is_there_and_it_can_be_shared(library: Library, before: list[Any]) -> None:
    again = Library(deploy(library.aws, {**OURS, "OpenLinks": "ENABLED"}))
    again.scan()
    assert again.shows("2026/04/q1.Pdf")
    address = actions.make(again.target(), {"PREFIX": "2026/04/"}).address
    (line,) = map(json.loads, fetch(f"{address}manifest.jsonl").splitlines())
    assert fetch(line["url"]) == PDF
    theirs, ours = settings(again.aws, "reports")[2]["CORSRules"]
    assert [theirs] == before[2]["CORSRules"]
    assert ours["ExposeHeaders"] == ["Content-Length", "Content-Range", "ETag"]
